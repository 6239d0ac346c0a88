#!/usr/bin/env python3
"""Writes leads.csv: three hundred leads as they come out of forms, fairs and old spreadsheets.

The same file every time. Nobody in it exists: the domains end in `.example`, the phone numbers are the ones that
regulators keep for fiction.
"""

import csv
import random
import unicodedata
from datetime import date, timedelta
from pathlib import Path

pick = random.Random(20261120)

FIRST = """Ada Grace Alan Edsger Barbara Katherine Dorothy Mary Hedy Margaret Tim Linus Radia Frances Jean Evelyn Donald
Ken Dennis Bjarne Guido Yukihiro Anita Karen Leslie Niklaus Tony Robin Shafi Silvio Adele Alan Ivan Vint Lynn Sophie
Zoë José Łukasz Siobhán Anaïs Jürgen Søren Ōtani Nguyễn Анна 娜 François Îsa Agnès Håkon Chloé""".split()
LAST = """Vale Hopper Marsh Okafor Lindqvist Moreau Tanaka Silva Novak Kowalski Byrne Haddad Iyer Castillo Fischer Ricci
Jansen Petrov Olsen Dubois Nakamura Mensah Ferrari Kaya Horvat Walsh Reyes Schmidt Laurent Andersson Costa Murphy
Müller Núñez Wójcik O'Brien D'Angelo Ångström Nguyễn Иванова 李 L'Écuyer Şahin Çelik""".split()
COMPANIES = ["Vale & Sons", "Harbor Light Dental", "Northwind Roofing", "Juniper Yoga", "Blue Door Realty", "Okafor Legal",
             "Quartz Fitness", "Maple Street Bakery", "Bright Path Tutoring", "Cedar HVAC, Inc.", "Lumen Studio, LLC",
             "Riverbend Vet Clinic", 'The "Corner" Café', "Solaris Solar", "Pico Print", "Ironwood Gym", ""]
US_CITIES = [("Austin", "512"), ("Chicago", "312"), ("Denver", "303"), ("Portland", "503"), ("Seattle", "206"),
             ("Washington", "202"), ("Boston", "617"), ("Phoenix", "602")]
SOURCES = ["web form", "Web Form", "trade fair", "referral", "facebook", "old CRM", ""]
TAGS = ["web-lead", "newsletter", "VIP", "fair-2026", "Follow Up", "hot"]
STAGES = ["New", "Contacted", "Proposal", "Closed", "new", " contacted ", "PROPOSAL"]
PLANS = ["Starter", "Growth", "Scale", "growth", " Scale"]
INTERESTS = ["Website", "Ads", "Automation", "Reviews", "SMS"]
NOTES = ["", "", "", "Called twice, no answer", "Wants a quote, then a call", 'Said "next week"', "Met at the booth",
         "Prefers e-mail, please", "Budget holder is her brother, Tom"]

COLUMNS = ["First Name", "Last Name", "Email", "Phone", "Company", "City", "Country", "Source", "Tags", "Stage",
           "Deal Value", "Plan", "Team Size", "Renewal Date", "Interests", "Notes", "utm_campaign"]


def ascii_name(text):
    plain = unicodedata.normalize("NFKD", text.lower().replace("ł", "l").replace("ø", "o").replace("ı", "i"))
    return "".join(c for c in plain if c.isascii() and c.isalpha())


def us_phone(area):
    """555-0100 to 555-0199 are kept for fiction in every area code."""
    return f"+1{area}55501{pick.randrange(100):02}"


def us_forms(phone):
    area, line = phone[2:5], phone[8:]
    return [f"({area}) 555-{line}", f"{area}-555-{line}", f"{area}.555.{line}", f"{area} 555 {line}", f"1 {area} 555 {line}",
            f"+1 {area} 555 {line}", f"{area}555{line}", f"+1{area}555{line}", f"({area}) 555-{line} ext. 12"]


def foreign():
    """A phone of another country: E.164, the ways people write it, country, city."""
    n = pick.randrange(10)
    return pick.choice([
        ("+44207946%04d" % (n + 10), ["020 7946 %04d" % (n + 10), "+44 (0)20 7946 %04d" % (n + 10)], "GB", "London"),
        ("+4930231250%02d" % n, ["030 231250%02d" % n, "+49 30 231250%02d" % n, "0049 30 231250%02d" % n], "DE", "Berlin"),
        ("+33199001%03d" % n, ["01 99 00 1%d %02d" % (n // 100, n), "+33 1 99 00 1%d %02d" % (n // 100, n)], "FR", "Paris"),
        ("+612555001%02d" % n, ["(02) 5550 01%02d" % n, "+61 2 5550 01%02d" % n], "AU", "Sydney"),
    ])


def person(number):
    first, last = pick.choice(FIRST), pick.choice(LAST)
    mailbox = ".".join(filter(None, [ascii_name(first), ascii_name(last)])) or "lead"
    email = f"{mailbox}{number}@{pick.choice(['mail', 'post', 'inbox', 'company'])}.example"
    if pick.random() < 0.2:
        phone, forms, country, city = foreign()
    else:
        city, area = pick.choice(US_CITIES)
        phone = us_phone(area)
        forms, country = us_forms(phone), pick.choice(["US", "US", "", "us"])
    return dict(first=first, last=last, email=email, phone=phone, forms=forms, country=country, city=city,
                company=pick.choice(COMPANIES), number=number)


def row(who, email=True, phone=True):
    mess = lambda text: pick.choice([text, text, text, f" {text}", f"{text} "]) if text else text
    case = lambda text: pick.choice([text, text, text, text.upper(), text.title()])
    has_deal = pick.random() < 0.7
    renewal = date(2026, 12, 1) + timedelta(days=pick.randrange(400))
    return {
        "First Name": mess(who["first"]),
        "Last Name": mess(who["last"]),
        "Email": mess(case(who["email"])) if email else "",
        "Phone": mess(pick.choice(who["forms"])) if phone else "",
        "Company": who["company"],
        "City": who["city"],
        "Country": who["country"],
        "Source": pick.choice(SOURCES),
        "Tags": "; ".join(pick.sample(TAGS, pick.choice([0, 1, 1, 2]))),
        "Stage": pick.choice(STAGES) if has_deal else "",
        "Deal Value": pick.choice(["250", "1,200.00", "$4,500", "980.50", "12000", "$ 75"]) if has_deal else "",
        "Plan": pick.choice(PLANS + ["", ""]),
        "Team Size": pick.choice(["1", "3", "12", "25", "140", "1,050", "", ""]),
        "Renewal Date": pick.choice([renewal.isoformat(), renewal.strftime("%m/%d/%Y"), "", ""]),
        "Interests": "; ".join(pick.sample(INTERESTS, pick.choice([0, 0, 1, 2, 3]))),
        "Notes": pick.choice(NOTES),
        "utm_campaign": pick.choice(["", "spring", "brand", "retarget-7"]),
    }


def unlike(people, who):
    """No two people share a phone by accident: the file says which duplicates there are, not the dice."""
    return all(who["phone"] != other["phone"] for other in people)


def main():
    people = []
    while len(people) < 214:
        who = person(len(people) + 1)
        if unlike(people, who):
            people.append(who)
    # First everybody once: with both, with an e-mail only (every seventh), or with a phone only (some others).
    rows = [row(who, phone=i % 7 != 3, email=i % 7 == 3 or i % 11 != 5) for i, who in enumerate(people)]
    # Then some of them again, from another form: the same e-mail in other letters, the same phone in another form.
    again = pick.sample([i for i in range(150) if i % 7 != 3 and i % 11 != 5], 52)
    rows += [row(people[i], email=n % 3 != 0, phone=n % 3 != 1) for n, i in enumerate(again)]
    # And what no CRM should take.
    for email in ["not an email", "jo@", "@vale.example", "ann@@post.example", "bob at mail.example", "kim@localhost"]:
        who = person(900)
        rows.append({**row(who, phone=False), "Email": email})
    for phone in ["call me", "555-01", "12345", "0000000000", "+999 123 456 789", "2025550123202555012320255501232025550"]:
        who = person(901)
        rows.append({**row(who, email=False), "Phone": phone})
    for column, value in [("Plan", "Platinum"), ("Plan", "Growth+"), ("Team Size", "a dozen"), ("Team Size", "12-15"),
                          ("Renewal Date", "soon"), ("Renewal Date", "31/31/2027"), ("Interests", "Website; Fax"),
                          ("Deal Value", "tbd"), ("Deal Value", "1,2k")]:
        fresh = person(902)
        fresh["email"] = f"fix.me.{len(rows)}@mail.example"
        rows.append({**row(fresh, phone=False), "Stage": "New", "Deal Value": "100", column: value})
    for stage in ["Negotiation", "Lost?", "Negotiation"]:
        fresh = person(903)
        fresh["email"] = f"fix.me.{len(rows)}@mail.example"
        rows.append({**row(fresh, phone=False), "Stage": stage, "Deal Value": "100"})
    nobody = [row(person(904), email=False, phone=False) for _ in range(4)]
    empty = [dict.fromkeys(COLUMNS, "") for _ in range(6)]
    bad = rows[266:] + nobody + empty
    rows = rows[:266]
    # The bad ones stand anywhere; the others keep their order, so that a second row of a person comes after the first.
    for one in bad:
        rows.insert(pick.randrange(len(rows)), one)
    with Path(__file__).with_name("leads.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
