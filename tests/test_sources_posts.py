"""Posts in the variants that boards and pages really show: pay, places, terms, titles and the headings of a text."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from overture import InputError, Place, Salary
from overture.sources import html_to_text, parse_job, read_company, read_job, read_jobs


def posting(**fields: Any) -> dict[str, Any]:
    return {"@context": "https://schema.org", "@type": "JobPosting", "title": "Nurse", **fields}


def pay(low: float | None, high: float | None, currency: str | None = None, period: Any = None) -> Salary:
    return Salary(
        minimum=None if low is None else Decimal(str(low)),
        maximum=None if high is None else Decimal(str(high)),
        currency=currency,
        period=period,
    )


@pytest.mark.parametrize(
    ("text", "salary"),
    [
        ("CA$102.8K – CA$137K", pay(102800, 137000, "CAD")),
        ("45.000 – 52.000 € brutto/Jahr", pay(45000, 52000, "EUR", "year")),
        ("CHF 95'000 p.a.", pay(95000, 95000, "CHF", "year")),
        ("2.800 Euro monatlich", pay(2800, 2800, "EUR", "month")),
        ("zwischen 50.000 und 60.000 €", pay(50000, 60000, "EUR")),
        ("28 000 € à 32 000 € par an", pay(28000, 32000, "EUR", "year")),
        ("£12.50 an hour", pay(12.5, 12.5, "GBP", "hour")),
        ("ab 3.200 € pro Monat", pay(3200, None, "EUR", "month")),
        ("Up to £42,000 per annum", pay(None, 42000, "GBP", "year")),
        ("200000+ USD", pay(200000, None, "USD")),
        ("GBP 47,810-54,710 a year", pay(47810, 54710, "GBP", "year")),
        ("75–90k EUR", pay(75000, 90000, "EUR")),
        ("$1.2M", pay(1200000, 1200000)),
        ("$150k base + performance bonus + equity", pay(150000, 150000)),
        ("$130k-210k plus eligibility for annual bonus", pay(130000, 210000)),
        ("Competitive", None),
        ("0 + equity", None),
        ("401k match", None),
        ("20% bonus", None),
        ("37.5 hours/week", None),
        ("", None),
    ],
)
def test_d10_pay_is_read_as_it_is_said_and_never_guessed(text: str, salary: Salary | None) -> None:
    assert parse_job({"job_title": "Nurse", "salary": text}).salary == salary


@pytest.mark.parametrize(
    ("place", "currency"),
    [
        ("Toronto, Canada", "CAD"),
        ("Austin, United States", "USD"),
        ("Berlin, Germany", None),
        ("Boston", None),
        (None, None),
    ],
)
def test_d10_a_dollar_is_of_the_country_of_the_job_or_of_none(place: str | None, currency: str | None) -> None:
    job = parse_job({"job_title": "Nurse", "salary": "$80k", "location": place})
    assert job.salary == pay(80000, 80000, currency)


@pytest.mark.parametrize(
    ("base", "salary"),
    [
        (
            {
                "@type": "MonetaryAmount",
                "currency": "EUR",
                "value": {"minValue": 100, "maxValue": 120, "unitText": "DAY"},
            },
            pay(100, 120, "EUR", "day"),
        ),
        (
            {"currency": "USD", "value": {"value": "41,000.50", "unitText": "YEAR"}},
            pay(41000.5, 41000.5, "USD", "year"),
        ),
        ({"currency": "USD", "value": 25, "unitText": "HOUR"}, pay(25, 25, "USD", "hour")),
        ({"currency": "USD", "minValue": 25, "maxValue": 30, "unitText": "HOUR"}, pay(25, 30, "USD", "hour")),
        ({"currency": "usd", "value": {"minValue": 90, "maxValue": 80}}, pay(80, 90, "USD")),
        ({"currency": "??", "value": {"value": "40k-50k"}}, pay(40000, 50000)),
        ("£30,000 - £35,000 per year", pay(30000, 35000, "GBP", "year")),
        (30000, pay(30000, 30000)),
        ({"currency": "EUR", "value": {"minValue": 0, "maxValue": 0}}, None),
        ({"currency": "EUR"}, None),
        ([], None),
    ],
)
def test_every_spelling_of_base_salary(base: Any, salary: Salary | None) -> None:
    assert parse_job(posting(baseSalary=base)).salary == salary


def test_an_estimated_salary_is_not_read() -> None:
    job = parse_job(posting(estimatedSalary={"currency": "USD", "value": 50000}))
    assert job.salary is None
    assert job.source.notes == ("left out: estimatedSalary, which is an estimate",)


@pytest.mark.parametrize(
    ("location", "places"),
    [
        ({"address": {"addressLocality": "Leeds", "addressCountry": {"name": "UK"}}},
         (Place(locality="Leeds", country="UK"),)),
        ([{"address": "Leeds, UK"}, {"address": "Berlin, Germany"}],
         (Place(locality="Leeds", country="UK"), Place(locality="Berlin", country="Germany"))),
        ("Chicago, IL", (Place(locality="Chicago", region="IL"),)),
        ({"@type": "Place", "name": "Oslo, Norway"}, (Place(locality="Oslo", country="Norway"),)),
        ({"addressLocality": "Leeds", "addressRegion": "Leeds"}, (Place(locality="Leeds"),)),
        ({"address": {}}, ()),
        (None, ()),
    ],
)  # fmt: skip
def test_every_spelling_of_job_location(location: Any, places: tuple[Place, ...]) -> None:
    assert parse_job(posting(jobLocation=location)).locations == places


@pytest.mark.parametrize(
    ("text", "places", "mode"),
    [
        ("Remote", (), "remote"),
        ("Remote - Germany", (Place(country="Germany"),), "remote"),
        ("Paris - Hybrid", (Place(locality="Paris"),), "hybrid"),
        ("London or Berlin", (Place(locality="London"), Place(locality="Berlin")), None),
        ("San Francisco, CA / New York, NY",
         (Place(locality="San Francisco", region="CA"), Place(locality="New York", region="NY")), None),
        ("Tbilisi, Georgia", (Place(locality="Tbilisi", region="Georgia"),), None),
        ("Berlin, Berlin, Germany", (Place(locality="Berlin", country="Germany"),), None),
        ("Remote (EU)", (Place(region="EU"),), "remote"),
    ],
)  # fmt: skip
def test_places_in_a_line_of_text(text: str, places: tuple[Place, ...], mode: str | None) -> None:
    job = parse_job({"job_title": "Nurse", "location": text})
    assert job.locations == places
    assert job.workplace_type == mode


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("FULL_TIME", "full_time"), (["FULL_TIME"], "full_time"), ("FullTime", "full_time"), ("Teilzeit", "part_time"),
        ("CONTRACTOR", "contract"), ("INTERN", "internship"), (["FULL_TIME", "PART_TIME"], None), ("OTHER", None),
        (["FULL_TIME", "OTHER"], "full_time"), ("CDI", None), ("PER_DIEM", None),
    ],
)  # fmt: skip
def test_employment_type_in_its_spellings(said: Any, meant: str | None) -> None:
    assert parse_job(posting(employmentType=said)).employment_type == meant


@pytest.mark.parametrize(
    ("title", "clean"),
    [
        ("Pflegefachkraft (m/w/d)", "Pflegefachkraft"),
        ("Développeur H/F - Leeds", "Développeur"),
        ("R-12345 Data Engineer", "Data Engineer"),
        ("Data Engineer [JR123456]", "Data Engineer"),
        ("Data Engineer #12345", "Data Engineer"),
        ("(1099 Contract) Consultant: Lead", "Consultant: Lead"),
        ("Data Engineer (Remote) - Leeds, UK", "Data Engineer"),
        ("Engineer, Trust & Safety", "Engineer, Trust & Safety"),
        ("Full-stack Engineer (AI/ML)", "Full-stack Engineer (AI/ML)"),
        ("Nurse - Start next week. Good pay.", "Nurse"),
        ("Certified IT Administrator (La", "Certified IT Administrator"),
        ("(f/m/d)", "(f/m/d)"),
    ],
)
def test_titles_lose_what_is_not_title_and_nothing_else(title: str, clean: str) -> None:
    assert parse_job(posting(title=title, jobLocation="Leeds, UK")).title == clean


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("Senior Engineer", "senior"), ("Sr. Data Engineer", "senior"), ("Junior Buyer", "entry"),
        ("Growth Marketer (Entry-level)", "entry"), ("Summer Intern", "intern"), ("Mid-level Developer", "mid"),
        ("Staff Software Engineer", "staff"), ("Principal Engineer", "staff"), ("Lead Nurse", "lead"),
        ("Head of Sales", "director"), ("Director of Nursing", "director"), ("VP Marketing", "executive"),
        ("Chief Nursing Officer", "executive"), ("Senior Backend / Platform Engineer", "senior"),
        ("Engineering Manager", None), ("Account Executive", None), ("Staff Nurse", None), ("Staff Accountant", None),
        ("(Senior) Accountant", None), ("Senior/Staff Engineer", None), ("Assistant Principal", None),
        ("Lead Generation Specialist", None), ("Internal Auditor", None), ("Founding Engineer / CTO", None),
        ("Multiple Roles: Senior Engineer", None), ("Member of Technical Staff", None), ("Senior Living Aide", None),
    ],
)  # fmt: skip
def test_a_level_is_taken_from_a_title_only_without_doubt(title: str, level: str | None) -> None:
    assert parse_job(posting(title=title)).seniority == level


HEADINGS = [
    ("What you'll do", "What you bring", "Nice to have", "What we offer"),
    ("Responsibilities:", "Requirements:", "Preferred qualifications:", "Benefits:"),
    ("Deine Aufgaben", "Das bringst du mit", "Von Vorteil", "Wir bieten"),
    ("Vos missions", "Profil recherché", "Serait un plus", "Ce que nous offrons"),
    ("Responsabilidades", "Requisitos", "Se valorará", "Qué ofrecemos"),
    ("Atividades", "Qualificações", "Diferenciais", "O que oferecemos"),
    ("Di cosa ti occuperai", "Requisiti", "Costituisce un plus", "Cosa offriamo"),
    ("Wat ga je doen?", "Wat breng je mee?", "Een pré", "Wat bieden wij?"),
]
FORMS = {
    "h3": "<h3>{}</h3><ul><li>{}</li></ul>",
    "bold": "<p><strong>{}</strong></p><ul><li><p>{}</p></li></ul>",
    "style": '<p><span style="font-weight: bold">{}</span></p><ul><li>{}</li></ul>',
    "escaped": "&lt;h2&gt;{}&lt;/h2&gt;&lt;ul&gt;&lt;li&gt;{}&lt;/li&gt;&lt;/ul&gt;",
    "breaks": "<div><b>{}</b><br>&bull; {}<br><br></div>",
    "markdown": "## {}\n\n- {}\n\n",
    "plain": "{}\n\n* {}\n\n",
    "capitals": "{0.CAPITALS}\n- {1}\n\n",
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("headings", HEADINGS, ids=lambda headings: headings[0])
def test_sections_are_found_by_their_headings_in_seven_languages(headings: tuple[str, ...], form: str) -> None:
    lines = ("Run the ward", "A licence", "A second language", "Free lunch")
    pattern = FORMS[form].replace("{0.CAPITALS}", "{}").replace("{1}", "{}")
    text = "".join(
        pattern.format(heading.upper() if form == "capitals" else heading, line)
        for heading, line in zip(headings, lines, strict=True)
    )
    job = parse_job({"job_title": "Nurse", "description": text})
    assert job.responsibilities == (lines[0],)
    assert job.requirements == (lines[1], f"Nice to have: {lines[2]}")
    assert job.benefits == (lines[3],)
    assert job.description is None


def test_the_description_is_the_roles_own_text() -> None:
    html = """
      <style>p {color: red}</style><script>alert(1)</script>
      <h2>About Brightbox</h2><p>Brightbox makes boxes.</p>
      <h2>The role</h2><p>You plan the night&nbsp;shift.<br><br>You report to the depot.</p>
      <p>Brightbox is an equal opportunity employer, without regard to race or religion.</p>
      <h2>Your team</h2><p>Twelve pickers.</p>
      <h2>How to apply</h2><p>Send a letter.</p>
      <h2>Salary</h2><p>Paid well: £40,000.</p>
      <h2>Privacy</h2><p>We keep your data.</p>
    """
    job = parse_job(posting(description=html, hiringOrganization="Brightbox"))
    assert job.description == "You plan the night shift.\n\nYou report to the depot.\n\nYour team\n\nTwelve pickers."


def test_prose_under_a_heading_is_taken_by_sentences_where_there_is_no_list() -> None:
    html = "<h3>Responsibilities</h3><p>You run the ward. You teach triage, e.g. to students.</p>"
    assert parse_job(posting(description=html)).responsibilities == (
        "You run the ward.",
        "You teach triage, e.g. to students.",
    )


def test_amounts_of_pay_do_not_hide_among_the_benefits() -> None:
    job = parse_job(posting(jobBenefits=["Bonus of €4,000", "Free lunch", "$90k OTE", "25 days of leave"]))
    assert job.benefits == ("Free lunch", "25 days of leave")


def test_fields_of_a_posting_beside_its_description() -> None:
    job = parse_job(
        posting(
            hiringOrganization={"@type": "Organization", "name": " Calder Vale "},
            responsibilities="<ul><li>Run the ward</li><li>Teach</li></ul>",
            qualifications=["A licence"],
            experienceRequirements={"@type": "OccupationalExperienceRequirements", "monthsOfExperience": 24},
            educationRequirements={
                "@type": "EducationalOccupationalCredential",
                "credentialCategory": "bachelor degree",
            },
            skills="Triage, patient flow; coaching",
            jobLocationType="TELECOMMUTE",
            applicantLocationRequirements={"@type": "Country", "name": "Norway"},
            identifier={"@type": "PropertyValue", "value": 17},
            inLanguage={"@type": "Language", "name": "en"},
            industry=["Health care"],
        )
    )
    assert (job.id, job.company, job.workplace_type, job.language) == ("17", "Calder Vale", "remote", "en")
    assert job.responsibilities == ("Run the ward", "Teach")
    assert job.requirements == ("A licence", "24 months of experience", "bachelor degree")
    assert job.skills == ("Triage", "patient flow", "coaching")
    assert job.locations == (Place(country="Norway"),)
    assert job.industry == "Health care"


@pytest.mark.parametrize(
    "kind", ["JobPosting", ["Thing", "JobPosting"], "https://schema.org/JobPosting", "schema:JobPosting"]
)
def test_a_posting_is_found_wherever_it_stands(tmp_path: Path, kind: Any) -> None:
    node = {"@type": kind, "title": "Nurse", "hiringOrganization": "Calder Vale"}
    for data in (node, [{"@type": "WebPage"}, node], {"@graph": [node]}, {"@type": "WebPage", "mainEntity": node}):
        assert parse_job(data).title == "Nurse"
        page = f"""<html><head><script type="application/ld+json">{{broken</script>
          <script type="application/LD+JSON; charset=utf-8"><!-- {json.dumps(data)} --></script></head></html>"""
        file = tmp_path / "page.html"
        file.write_text(page, encoding="utf-8")
        assert read_job(file).title == "Nurse"
        assert read_company(file).name == "Calder Vale"


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("<html><p>Nothing</p></html>", "no structured data"),
        ('<script type="application/ld+json">{"a": </script>', "line 1, column"),
        ('<script type="application/ld+json">{"@type": "Recipe"}</script>', "no JobPosting"),
        (f'<script type="application/ld+json">{"[" * 5000}</script>', "broken|nested"),
    ],
)
def test_a_page_without_a_sound_posting_is_one_error(tmp_path: Path, page: str, words: str) -> None:
    file = tmp_path / "page.html"
    file.write_text(page, encoding="utf-8")
    with pytest.raises(InputError, match=words) as caught:
        read_job(file)
    assert caught.value.path == str(file)


def test_html_to_text_keeps_blocks_apart() -> None:
    html = "<h2>Role</h2><p>One&nbsp;&amp; two<br>three</p><ul><li>a</li><li><p>b</p></li></ul>"
    html += "<!-- c --><p>d\u200b\x07</p>"
    assert html_to_text(html) == "Role\n\nOne & two\nthree\n\n- a\n- b\n\nd"
    assert html_to_text("1 < 2 and R&amp;D") == "1 < 2 and R&D"
    assert html_to_text("") == ""


def test_boards_in_their_other_shapes() -> None:
    lever: dict[str, Any] = {
        "text": "Nurse", "hostedUrl": "https://jobs.lever.co/caldervale/1", "categories": {"location": "Remote - UK"},
        "lists": [], "opening": "<p>CalderVale runs clinics.</p>", "description": "<p>You run the ward.</p>",
        "createdAt": 1674959303769, "workplaceType": "unspecified",
        "salaryRange": {"min": 30000, "max": 40000, "currency": "GBP", "interval": "per-year-salary"},
    }  # fmt: skip
    job = parse_job([lever])
    assert (job.company, job.workplace_type) == ("CalderVale", "remote")
    assert job.salary == pay(30000, 40000, "GBP", "year")
    assert job.date_posted is not None
    assert job.date_posted.isoformat() == "2023-01-29"

    ashby = {
        "title": "Nurse", "jobUrl": "https://jobs.ashbyhq.com/caldervale/1", "descriptionHtml": "<p>Run the ward.</p>",
        "isListed": True, "isRemote": True, "publishedAt": "2026-01-02", "employmentType": "PartTime",
        "location": "Leeds", "shouldDisplayCompensationOnJobPostings": False,
        "compensation": {"compensationTierSummary": "£1", "summaryComponents": [
            {"compensationType": "Salary", "interval": "1 YEAR", "currencyCode": "GBP", "minValue": 1, "maxValue": 2}]},
    }  # fmt: skip
    job = parse_job({"jobs": [ashby]})
    assert job.salary is None  # the employer does not show it
    assert (job.company, job.workplace_type, job.employment_type) == (None, "remote", "part_time")
    assert job.locations == (Place(locality="Leeds"),)

    workable = {
        "shortcode": "AB12", "title": "Nurse", "workplace": "hybrid", "type": "full", "department": ["Care", "Ward 4"],
        "location": {"country": "Greece", "city": "Athens"}, "description": "<p>You run the ward.</p>",
        "requirements": "<ul><li>A licence</li></ul>", "benefits": "<ul><li>Lunch</li></ul>",
        "salary": {"salary_from": 20000, "salary_to": 25000, "salary_currency": "eur"},
    }  # fmt: skip
    job = parse_job({"results": [workable]})
    assert (job.workplace_type, job.employment_type, job.team) == ("hybrid", "full_time", "Ward 4")
    assert (job.requirements, job.benefits) == (("A licence",), ("Lunch",))
    assert job.salary == pay(20000, 25000, "EUR")

    smart = {
        "id": "1", "name": "Nurse", "releasedDate": "2026-01-02T00:00:00.000Z", "refNumber": "R1",
        "location": {"city": "Leeds", "country": "gb", "remote": True},
        "experienceLevel": {"label": "Mid-Senior Level"},
        "jobAd": {"sections": {
            "companyDescription": {"title": "Company", "text": "<p>We care.</p>"},
            "jobDescription": {"text": "<p>You run the ward.</p><p><b>Duties</b></p><ul><li>Run</li></ul>"},
            "qualifications": {"title": "Qualifications", "text": "<ul><li>A licence</li></ul>"},
            "additionalInformation": {"title": "More", "text": "<p>We are nice.</p>"}}},
    }  # fmt: skip
    job = parse_job(smart)
    assert (job.description, job.responsibilities, job.requirements) == ("You run the ward.", ("Run",), ("A licence",))
    assert (job.workplace_type, job.seniority) == ("remote", "senior")

    greenhouse = {
        "absolute_url": "https://boards.greenhouse.io/x/jobs/1", "internal_job_id": 1, "id": 2, "title": "Nurse",
        "location": {"name": "Remote - Canada"}, "content": "&lt;p&gt;You run R&amp;amp;D.&lt;/p&gt;",
        "pay_input_ranges": [
            {"min_cents": 5000000, "max_cents": 6000000, "currency_type": "CAD", "title": "Salary per year"}],
    }  # fmt: skip
    job = parse_job(greenhouse)
    assert job.description == "You run R&D."
    assert job.salary == pay(50000, 60000, "CAD", "year")
    assert (job.locations, job.workplace_type) == ((Place(country="Canada"),), "remote")


def test_a_row_with_bounds_and_a_record_of_pay() -> None:
    row = {"job_title": "Nurse", "minSalary": "1,000", "maxSalary": 2000, "currency": "EUR", "pay_period": "monthly"}
    assert parse_job(row).salary == pay(1000, 2000, "EUR", "month")
    row = {"job_title": "Nurse", "pay": {"min": 1, "max": 2, "currency": "SEK", "period": "hour"}}
    assert parse_job(row).salary == pay(1, 2, "SEK", "hour")


def test_fields_that_a_row_reader_does_not_know_are_noted(tmp_path: Path) -> None:
    file = tmp_path / "jobs.jsonl"
    file.write_text(
        '{"job_title": "Nurse", "agency": "Calder Vale", "shoe_size": 4}\n\n{"job_title": "Cook"}\n', "utf-8"
    )
    nurse, cook = read_jobs(file)
    assert (nurse.title, nurse.company, cook.title) == ("Nurse", "Calder Vale", "Cook")
    assert nurse.source.notes == ("not read: shoe_size",)


@pytest.mark.parametrize(
    ("company", "name"),
    [
        (
            "Axo Ventures. Axo Ventures builds clinical software that minimizes time on screens for all clinicians.",
            "Axo Ventures",
        ),
        (
            "Confidential high-growth technology company. The company is scaling rapidly and building an organization.",
            None,
        ),
        ("RedLine Solutions, Inc.", "RedLine Solutions, Inc."),
        ("Unknown", None),
        ("Confidential", None),
    ],
)
def test_a_company_is_a_name_or_nothing(company: str, name: str | None) -> None:
    assert parse_job({"job_title": "Nurse", "company": company}).company == name
