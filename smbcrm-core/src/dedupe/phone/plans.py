#!/usr/bin/env python3
"""Writes plans.rs and agreed.tsv from libphonenumber's numbering plans, as its port to Python carries them.

    pip install phonenumbers==9.0.42
    python3 smbcrm-core/src/dedupe/phone/plans.py && cargo test -p smbcrm-core phone

The plans are data of https://github.com/google/libphonenumber, Apache-2.0.
"""

import pathlib
import random
import unicodedata

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata, PhoneNumberFormat

here = pathlib.Path(__file__).parent


def plan(code, region):
    if region == "001":
        return PhoneMetadata.metadata_for_nongeo_region(code)
    return PhoneMetadata.metadata_for_region(region)


def bits(lengths):
    assert all(0 < length < 32 for length in lengths), lengths
    return sum(1 << length for length in set(lengths))


def raw(text):
    return f'r"{text or ""}"'


plans = []
for code, regions in COUNTRY_CODE_TO_REGION_CODE.items():
    for at, region in enumerate(regions):
        known = plan(code, region)
        rule = (known.national_prefix_transform_rule or "").replace("\\", "$")
        desc = known.general_desc
        plans.append((
            region, code, at == 0, known.international_prefix or "", known.national_prefix_for_parsing or "", rule,
            desc.national_number_pattern, bits(desc.possible_length), bits(desc.possible_length_local_only),
        ))
plans.sort()
mains = sorted((code, at) for at, (_, code, is_main, *_) in enumerate(plans) if is_main)
zeros = [c for c in range(0x110000) if unicodedata.category(chr(c)) == "Nd" and unicodedata.digit(chr(c)) == 0]

lines = [
    f"//! Numbering plans of libphonenumber {phonenumbers.__version__} (Apache-2.0). Written by `plans.py`; do not edit by hand.",
    "",
    "use super::plan::Plan;",
    "",
    "/// The plans, by region. `001` stands for codes that belong to no country.",
    "#[rustfmt::skip]",
    f"pub(super) static PLANS: [Plan; {len(plans)}] = [",
]
for region, code, _, idd, prefix, rule, pattern, lengths, local in plans:
    lines.append(
        f'    Plan {{ region: "{region}", code: {code}, abroad: {raw(idd)}, prefix: {raw(prefix)}, rule: "{rule}", '
        f"national: {raw(pattern)}, lengths: {lengths:#x}, local: {local:#x} }},")
lines += ["];", "", "/// Country codes, and which of [`PLANS`] is the first of each.", "#[rustfmt::skip]",
          f"pub(super) static CODES: [(u16, usize); {len(mains)}] = ["]
for start in range(0, len(mains), 12):
    lines.append("    " + " ".join(f"({code}, {at})," for code, at in mains[start:start + 12]))
lines += ["];", "", f"/// The noughts of all scripts (Unicode {unicodedata.unidata_version}); the other nine digits follow each.",
          "#[rustfmt::skip]", f"pub(super) static NOUGHTS: [u32; {len(zeros)}] = ["]
for start in range(0, len(zeros), 12):
    lines.append("    " + " ".join(f"{zero:#x}," for zero in zeros[start:start + 12]))
lines += ["];", ""]
(here / "plans.rs").write_text("\n".join(lines))

# What the port says of numbers as people write them, for the tests.
random.seed(7)
agreed = set()


def ask(text, region):
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        agreed.add((text, region, f"no: {error.error_type}"))
        return
    possible = phonenumbers.is_possible_number_with_reason(number)
    agreed.add((text, region, f"{phonenumbers.format_number(number, PhoneNumberFormat.E164)} {possible}"))


for region, code, *_ in plans:
    if region == "001":
        example = phonenumbers.example_number_for_non_geo_entity(code)
        ask(phonenumbers.format_number(example, PhoneNumberFormat.E164), "US")
        continue
    kinds = random.sample(range(11), 3)
    for kind in kinds:
        example = phonenumbers.example_number_for_type(region, kind)
        if example is None:
            continue
        national = phonenumbers.format_number(example, PhoneNumberFormat.NATIONAL)
        international = phonenumbers.format_number(example, PhoneNumberFormat.INTERNATIONAL)
        ask(national, region)
        ask(international, "US")
        ask(phonenumbers.format_out_of_country_calling_number(example, region), region)
        ask(f"00{international[1:]}", "DE")
        ask(international[1:], region)
        digits = str(example.national_number)
        ask(random.choice(["0", "1", "8", ""]) + digits, region)
        ask(digits[:-random.randint(1, 4)], region)
        ask(digits + random.choice(["0", "11", " ext. 12", "#99", ",,7", " x1/x2"]), region)
        ask("".join(random.choice("0123456789") for _ in range(random.randint(3, 13))), region)
rows = sorted(row for row in agreed if "\n" not in row[0] and "\t" not in row[0])
(here / "agreed.tsv").write_text("".join("\t".join(row) + "\n" for row in rows))
