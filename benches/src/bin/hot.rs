#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]
use smbcrm_benches::crm::{self, Subject};
use smbcrm_benches::people::*;
use smbcrm_core::Crm;
use std::time::Instant;
fn main() {
    let what = std::env::args().nth(1).unwrap();
    let secs: f64 = std::env::args().nth(2).and_then(|s| s.parse().ok()).unwrap_or(3.0);
    let n = smbcrm_benches::contacts_wanted();
    let people: Vec<Person> = People::new(42).take(n).collect();
    let s = Subject::of(&people);
    let loc = s.location().clone();
    crm::warm(&s.crm, &loc);
    let token = s.with_token();
    let dice = &mut Dice::new(3);
    let owner: &dyn Crm = &s.crm;
    let ids = crm::ids_of(owner, &loc, &people);
    let run = |f: &mut dyn FnMut() -> usize| {
        let mut best = f64::INFINITY;
        let mut all = vec![];
        let t = Instant::now();
        while t.elapsed().as_secs_f64() < secs {
            let a = Instant::now();
            let k = f();
            let e = a.elapsed().as_secs_f64() / k as f64 * 1e9;
            best = best.min(e);
            all.push(e);
        }
        all.sort_by(f64::total_cmp);
        println!("{what}: median {:.1} ns, best {:.1} ns, rounds {}", all[all.len() / 2], best, all.len());
    };
    match what.as_str() {
        "get" | "gett" => {
            let picks: Vec<_> = (0..200_000).map(|_| ids[dice.roll(n)].clone()).collect();
            let mut at = 0;
            let c: &dyn Crm = if what == "get" { owner } else { &token };
            run(&mut || {
                crm::get(c, &picks[at..at + 2000]);
                at = (at + 2000) % 200_000;
                2000
            })
        }
        "getcold" | "barecold" | "getcold1" => {
            let mut junk = vec![1u64; 16 << 20];
            let mut maps = smbcrm_benches::maps::Maps::new();
            if what == "barecold" {
                people.iter().for_each(|p| maps.put(p.contact(&loc, &s.fields)));
            }
            let picks: Vec<_> = (0..200_000).map(|_| dice.roll(n)).collect();
            let mut all = vec![];
            let mut at = 0;
            let t = Instant::now();
            while t.elapsed().as_secs_f64() < secs {
                for x in junk.iter_mut() {
                    *x = x.wrapping_mul(3);
                }
                let my: Vec<_> = picks[at..at + 2000].iter().map(|p| ids[*p].clone()).collect();
                let own: Vec<_> = picks[at..at + 2000].iter().map(|p| people[*p].id()).collect();
                at = (at + 2000) % 200_000;
                let a = Instant::now();
                if what == "barecold" {
                    for id in &own {
                        std::hint::black_box(maps.get(id));
                    }
                } else {
                    crm::get(owner, &my);
                }
                all.push(a.elapsed().as_secs_f64() / 2000. * 1e9);
            }
            all.sort_by(f64::total_cmp);
            println!("{what}: median {:.1} best {:.1}", all[all.len() / 2], all[0]);
        }
        "gethot" => {
            let picks: Vec<_> = (0..2000).map(|i| ids[i % 4].clone()).collect();
            run(&mut || {
                crm::get(owner, &picks);
                2000
            })
        }
        "dup" => {
            let picks: Vec<_> = (0..200_000).map(|_| people[dice.roll(n)].email.clone()).collect();
            let mut at = 0;
            run(&mut || {
                crm::find_duplicate(owner, &loc, &picks[at..at + 2000]);
                at = (at + 2000) % 200_000;
                2000
            })
        }
        "duphot" => {
            let picks: Vec<_> = (0..2000).map(|i| people[i % 4].email.clone()).collect();
            run(&mut || {
                crm::find_duplicate(owner, &loc, &picks);
                2000
            })
        }
        "email" => run(&mut || {
            for _ in 0..500 {
                crm::search(owner, crm::with_email(&loc, &people[dice.roll(n)].email));
            }
            500
        }),
        "seg" => run(&mut || {
            for _ in 0..100 {
                crm::search(owner, crm::newest_of(&loc, &Segment::any(dice)));
            }
            100
        }),
        "segc" => run(&mut || {
            for _ in 0..100 {
                crm::search(owner, crm::newest_of(&loc, &Segment::common(&people, dice)));
            }
            100
        }),
        "name" => run(&mut || {
            for _ in 0..100 {
                crm::search(owner, crm::with_name_part(&loc, &any_name_part(dice)));
            }
            100
        }),
        "namec" => run(&mut || {
            for _ in 0..100 {
                crm::search(owner, crm::with_name_part(&loc, &common_name_part(&people, dice)));
            }
            100
        }),
        "walk" => {
            let mut p = None;
            run(&mut || {
                p = crm::walk(owner, &loc, p.take(), 100);
                100
            })
        }
        "upsert" => {
            let mut u = Upserts::new(&people, 9);
            let mut all = vec![];
            let t = Instant::now();
            while t.elapsed().as_secs_f64() < secs {
                let b: Vec<_> = u.by_ref().take(500).map(|p| p.upsert(&loc, &s.fields)).collect();
                let a = Instant::now();
                crm::upsert(owner, b);
                all.push(a.elapsed().as_secs_f64() / 500. * 1e9);
            }
            all.sort_by(f64::total_cmp);
            println!("upsert: median {:.1} ns, best {:.1}", all[all.len() / 2], all[0]);
        }
        "create" => {
            let mut all = vec![];
            let t = Instant::now();
            while t.elapsed().as_secs_f64() < secs {
                let f = Subject::new();
                for c in people.chunks(2000).take(50) {
                    let b: Vec<_> = c.iter().map(|p| p.create(&loc, &f.fields)).collect();
                    let a = Instant::now();
                    crm::create(&f.crm, b);
                    all.push(a.elapsed().as_secs_f64() / 2000. * 1e9);
                }
            }
            let mean = all.iter().sum::<f64>() / all.len() as f64;
            all.sort_by(f64::total_cmp);
            println!("create: mean {mean:.1} median {:.1} ns, best {:.1}", all[all.len() / 2], all[0]);
        }
        _ => panic!(),
    }
}
