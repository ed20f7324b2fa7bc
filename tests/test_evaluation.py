"""The measures against hand calculation, their intervals and tests against counting, and the command from end to end."""

from __future__ import annotations

import json
import math
import shutil
from dataclasses import replace
from math import comb
from pathlib import Path

import ir_measures
import pytest
from click.testing import CliRunner, Result

from cli import main
from corpus.errors import EvaluationError, SettingsError
from evaluation.collection import Judgement, locate, read
from evaluation.comparison import compare
from evaluation.figures import summarise
from evaluation.measures import Measured, RankedPage, Ranking, measure
from evaluation.run import Answer, Run, Setup
from evaluation.table import verdict
from evaluation.uncertainty import Estimate, chance, estimate
from measurement import changed
from settings import Settings
from tests.conftest import DATA, MODEL, SPECIMEN

FILE = SPECIMEN.name
QUERIES = """query_id\ttype\tquery
a1\tquestion\tWas kostet eine Koordinierungsstelle im Jahr?
a2\tquote\t„Nach drei Jahren wusste jede Stelle, wer wir sind, vom Sozialamt bis zur Hausärztin“
a3\tkeyword\tStrukturbild zeichnen
a4\tkeyword\tKooperationsvereinbarung
n1\tnone\tGezeitenkraftwerk
"""
QRELS = f"""query_id\tfile\tpdf_page\trelevance
a1\t{FILE}\t16\t2
a1\t{FILE}\t17\t1
a2\t{FILE}\t5\t2
a3\t{FILE}\t14\t2
a3\t{FILE}\t15\t1
a4\t{FILE}\t12\t2
a4\t{FILE}\t11\t1
n1\t{FILE}\t1\t0
"""


def page(number: int) -> RankedPage:
    return RankedPage("a.pdf", number)


def ranking(query_id: str, *pages: int) -> Ranking:
    return Ranking(query_id, tuple(map(page, pages)))


def judged(query_id: str, **relevance: int) -> list[Judgement]:
    return [Judgement(query_id, "a.pdf", int(name[1:]), value) for name, value in relevance.items()]


class Files:
    """The two files of a collection in a folder of their own, and the command called with them."""

    def __init__(self, folder: Path, queries: str = QUERIES, qrels: str = QRELS) -> None:
        self.queries, self.qrels = folder / "queries.tsv", folder / "qrels.tsv"
        self.queries.write_text(queries, encoding="utf-8")
        self.qrels.write_text(qrels, encoding="utf-8")

    def evaluate(self, *options: str | Path, folder: Path = SPECIMEN.parent) -> Result:
        arguments = ["evaluate", folder, "--queries", self.queries, "--qrels", self.qrels, *options]
        return CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return Files(tmp_path_factory.mktemp("sammlung"))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


def test_the_measures_are_those_calculated_by_hand() -> None:
    judgements = judged("nah", p1=2, p2=1) + judged("fern", p6=1, p1=0) + judged("zu fern", p11=2) + judged("leer", p1=1)
    near, far, too_far, empty = measure(
        judgements, [ranking("nah", 2, 9, 1), ranking("fern", *range(1, 11)), ranking("zu fern", *range(1, 12)), ranking("leer")]
    )
    assert near.ndcg == pytest.approx((1 / 1 + 3 / math.log2(4)) / (3 / 1 + 1 / math.log2(3)), abs=1e-6)
    assert (near.hit, near.reciprocal_rank) == (1, 1)
    assert far.ndcg == pytest.approx(1 / math.log2(7), abs=1e-6)
    assert far.hit == 0
    assert far.reciprocal_rank == pytest.approx(1 / 6, abs=1e-6)
    assert too_far == empty == Measured(0, 0, 0)


def test_hit_looks_at_five_pages() -> None:
    fifth, sixth = measure(judged("x", p5=1) + judged("y", p6=1), [ranking("x", *range(1, 8)), ranking("y", *range(1, 8))])
    assert (fifth.hit, sixth.hit) == (1, 0)


@pytest.mark.skipif(shutil.which("perl") is None, reason="gdeval, which ir-measures takes for exp-log2, needs Perl")
def test_ndcg_is_the_one_that_ir_measures_calls_exp_log2() -> None:
    ids = [str(number) for number in range(1, 9)]
    judgements = [j for id_ in ids for j in judged(id_, **{f"p{k * int(id_) % 23 + 1}": k % 4 for k in range(1, 12)})]
    rankings = [ranking(id_, *dict.fromkeys((k * k + int(id_)) % 23 + 1 for k in range(1, 20))) for id_ in ids]
    run = [ir_measures.ScoredDoc(r.query_id, str(p.pdf_page), 100.0 - rank) for r in rankings for rank, p in enumerate(r.pages)]
    qrels = [ir_measures.Qrel(j.query_id, str(j.pdf_page), j.relevance) for j in judgements]
    theirs = {m.query_id: m.value for m in ir_measures.iter_calc([ir_measures.nDCG(dcg="exp-log2") @ 10], qrels, run)}
    ours = [measured.ndcg for measured in measure(judgements, rankings)]
    assert ours == pytest.approx([theirs[id_] for id_ in ids], abs=1e-5)  # gdeval prints five places
    assert len(set(ours)) > 4


@pytest.mark.parametrize("values", [[0.3], [0.5] * 7, [0, 1], [0, 0, 0, 1], [k / 100 for k in range(101)]])
def test_an_interval_holds_its_mean_and_is_the_same_every_time(values: list[float]) -> None:
    found = estimate(values)
    assert found == estimate(values)
    assert found.low <= found.mean <= found.high
    assert found.mean == pytest.approx(sum(values) / len(values))


def test_intervals_are_as_wide_as_theory_says() -> None:
    assert estimate([0, 1]) == Estimate(0.5, 0, 1)  # both resampled means have a chance of one quarter
    assert estimate([0.4] * 5) == Estimate(0.4, 0.4, 0.4)
    half = estimate([0, 1] * 200)
    assert (half.low, half.high) == pytest.approx((0.5 - 1.96 * 0.025, 0.5 + 1.96 * 0.025), abs=0.004)


@pytest.mark.parametrize(
    ("differences", "p"),
    [([0.1, 0.2, 0.3], 2 / 8), ([-0.1, -0.2, -0.3], 2 / 8), ([1, 1, 1, -1], 10 / 16), ([0.1, 0, 0], 1), ([0, 0], 1), ([], 1)],
)
def test_chance_is_what_can_be_counted_by_hand(differences: list[float], p: float) -> None:
    assert chance(differences) == p


def test_chance_of_many_differences_is_near_the_exact_one() -> None:
    exact = 2 * sum(comb(21, k) for k in range(15, 22)) / 2**21  # 15 of 21 equal differences on one side, or more
    assert chance([0.1] * 15 + [-0.1] * 6) == pytest.approx(exact, abs=0.004)
    assert 0 < chance([0.1] * 40) <= 1e-5


def made_run(*answers: tuple[str, str, bool, float | None]) -> Run:
    setup = Setup("modell", "", "", 1.0, 100, "", 1)
    made = [
        Answer(id_, type_, strong, (), None if n is None else Measured(n, float(n > 0.5), n)) for id_, type_, strong, n in answers
    ]
    return Run(setup, "q", "r", (), tuple(made))


def test_figures_count_each_sort_of_query_where_it_belongs() -> None:
    run = made_run(("a", "frage", True, 1.0), ("b", "frage", False, 0.6), ("c", "wort", True, 0.2), ("d", "none", True, None), ("e", "none", False, None))  # fmt: skip
    summary = summarise(run)
    assert summary.overall and (summary.overall.queries, summary.overall.ndcg.mean) == (3, 0.6)
    assert [(f.type, f.queries, f.ndcg.mean, f.hit.mean) for f in summary.by_type] == [("frage", 2, 0.8, 1), ("wort", 1, 0.2, 0)]
    shares = (summary.honesty.unanswerable_without, summary.honesty.answerable_with, summary.honesty.found_with)
    assert [(s.queries, s.share and s.share.mean) for s in shares] == [(2, 0.5), (3, pytest.approx(2 / 3, abs=1e-6)), (2, 0.5)]
    assert summarise(made_run(("d", "none", True, None))).overall is None


def test_a_comparison_pairs_queries_by_their_id() -> None:
    a = made_run(("x", "frage", True, 0.1), ("y", "frage", True, 0.5), ("z", "wort", False, 0.4), ("n", "none", False, None))
    b = made_run(("n", "none", True, None), ("z", "wort", True, 0.3), ("y", "frage", True, 0.5), ("x", "frage", True, 0.9))
    found = compare(a, b)
    assert (found.better, found.worse, found.equal) == (1, 1, 1)
    assert [(change.query_id, change.a, change.b) for change in found.changed] == [("x", 0.1, 0.9), ("z", 0.4, 0.3)]
    ndcg = found.measures[0]
    assert ndcg.difference.mean == pytest.approx(0.7 / 3, abs=1e-6) and ndcg.difference.low <= 0 <= ndcg.difference.high
    assert [(d.name, d.queries, d.a, d.b) for d in found.honesty] == [
        ("unanswerable_without_strong", 1, 1, 0),
        ("answerable_with_strong", 3, pytest.approx(2 / 3, abs=1e-6), 1),
    ]
    assert verdict(found).startswith(
        "Der Unterschied ist nicht von Zufall zu unterscheiden (p = 1,000,"
    )  # 0.8 and 0.1 apart: every sign
    assert verdict(compare(a, a)) == "Beide sind bei jeder Anfrage gleich gut (nDCG@10)."


def test_the_verdict_names_the_better_run() -> None:
    low = made_run(*((f"q{k}", "frage", True, 0.2) for k in range(8)))
    high = made_run(*((f"q{k}", "frage", True, 0.9) for k in range(8)))
    assert verdict(compare(low, high)).startswith("B ist besser als A") and "p = 0,008" in verdict(compare(low, high))
    assert verdict(compare(high, low)).startswith("A ist besser als B")


def test_runs_over_other_queries_are_not_compared() -> None:
    run = made_run(("a", "frage", True, 1.0))
    for other in (replace(run, qrels_sha256="anders"), replace(run, answers=())):
        with pytest.raises(EvaluationError, match="verschiedenen Anfragen oder Urteilen"):
            compare(run, other)
    with pytest.raises(EvaluationError, match="Keine der Anfragen ist beantwortbar"):
        compare(made_run(("n", "none", True, None)), made_run(("n", "none", True, None)))


def test_a_windows_file_with_other_columns_reads_the_same(tmp_path: Path) -> None:
    plain = Files(tmp_path)
    collection = read(plain.queries, plain.qrels)
    rows = [line.split("\t") for line in QRELS.splitlines()]
    turned = "\r\n".join("\t".join([*reversed(row), "übrig"]) for row in rows) + "\r\n\r\n"
    plain.qrels.write_bytes(b"\xef\xbb\xbf" + turned.encode())
    plain.queries.write_bytes(b"\xef\xbb\xbf" + QUERIES.replace("\n", "\r\n").encode())
    other = read(plain.queries, plain.qrels)
    assert other == collection and other.qrels_sha256 == collection.qrels_sha256
    assert len(other.judgements) == 8 and other.files == (FILE,)


def test_hashes_say_whether_the_content_is_the_same(tmp_path: Path) -> None:
    first, second, *rest = QRELS.splitlines()
    f = Files(tmp_path)
    original = read(f.queries, f.qrels)
    reordered = read(f.queries, Files(tmp_path, qrels="\n".join([first, *rest, second])).qrels)
    changed_one = read(f.queries, Files(tmp_path, qrels=QRELS.replace("16\t2", "16\t1")).qrels)
    assert original.qrels_sha256 == reordered.qrels_sha256 != changed_one.qrels_sha256
    assert original.queries_sha256 == changed_one.queries_sha256


def test_quotation_marks_are_part_of_a_query(tmp_path: Path) -> None:
    files = Files(tmp_path, queries=QUERIES.replace("Kooperationsvereinbarung", '"auf Augenhöhe"'))
    assert read(files.queries, files.qrels).questions[3].text == '"auf Augenhöhe"'


def test_names_are_the_same_in_both_forms_of_unicode(tmp_path: Path) -> None:
    decomposed, composed = "Ma\u0308rz.pdf", "März.pdf"
    (tmp_path / decomposed).touch()
    files = Files(tmp_path, qrels=QRELS.replace(FILE, composed))
    collection = read(files.queries, files.qrels)
    assert locate(collection, tmp_path) == (tmp_path / decomposed,)
    (tmp_path / composed).touch()
    if len(list(tmp_path.glob("*.pdf"))) == 2:
        with pytest.raises(EvaluationError, match="zwei Dateien namens „März"):
            locate(collection, tmp_path)


BROKEN = [
    ("queries", QUERIES.replace("query_id\ttype", "id\ttype"), "queries.tsv, Zeile 1: Es fehlt die Spalte „query_id“. Die erste"),
    ("queries", "", "queries.tsv, Zeile 1: Es fehlt die Spalte „query_id“"),
    ("queries", QUERIES.splitlines()[0], "queries.tsv: Es sind keine Anfragen da. Ergänzen Sie"),
    ("queries", QUERIES.replace("a2\t", "a1\t"), "queries.tsv, Zeile 3: Die query_id „a1“ steht schon in Zeile 2."),
    ("queries", QUERIES.replace("keyword\tKooperationsvereinbarung", "keyword"), "queries.tsv, Zeile 5: Die Spalte „query“ ist leer."),
    ("queries", QUERIES.replace("Kooperationsvereinbarung", "\u200b"), "queries.tsv, Zeile 5: Die Anfrage „a4“ ist leer."),
    ("queries", QUERIES + "a5\tquestion\tWozu?\n", "queries.tsv, Zeile 7: Für die Anfrage „a5“ nennt"),
    ("queries", QUERIES.replace("a4\tkeyword", "a4\tnone"), "qrels.tsv, Zeile 7: Die Anfrage „a4“ hat den Typ none, aber"),
    ("qrels", QRELS.replace("\tpdf_page", "\tpage"), "qrels.tsv, Zeile 1: Es fehlt die Spalte „pdf_page“."),
    ("qrels", QRELS + f"zz\t{FILE}\t1\t1\n", "qrels.tsv, Zeile 10: Die query_id „zz“ gibt es nicht."),
    ("qrels", QRELS.replace("\t5\t2", "\tzehn\t2"), "qrels.tsv, Zeile 4: pdf_page ist „zehn“. Verlangt ist eine ganze Zahl ab 1."),
    ("qrels", QRELS.replace("\t5\t2", "\t0\t2"), "qrels.tsv, Zeile 4: pdf_page ist „0“."),
    ("qrels", QRELS.replace("\t5\t2", "\t5\t1,5"), "qrels.tsv, Zeile 4: relevance ist „1,5“. Verlangt ist eine ganze Zahl ab 0 bis 10."),
    ("qrels", QRELS.replace("\t5\t2", "\t5\t-1"), "qrels.tsv, Zeile 4: relevance ist „-1“."),
    ("qrels", QRELS + f"a1\t{FILE}\t16\t1\n", "qrels.tsv, Zeile 10: Dieselbe Seite ist schon in Zeile 2 beurteilt."),
    ("qrels", QRELS.replace(f"a2\t{FILE}", "a2\tfehlt.pdf"), "qrels.tsv, Zeile 4: Die Datei „fehlt.pdf“ liegt nicht in"),
    ("qrels", QRELS.replace("\t5\t2", "\t99\t2"), f"qrels.tsv, Zeile 4: Seite 99 gibt es in „{FILE}“ nicht, die Datei hat 22 Seiten."),
]  # fmt: skip


@pytest.mark.parametrize(("which", "content", "sentence"), BROKEN, ids=[f"{w}-{s[12:50]}" for w, _, s in BROKEN])
def test_broken_input_gets_one_sentence_with_file_line_and_way_out(
    tmp_path: Path, home: Path, which: str, content: str, sentence: str
) -> None:
    files = Files(tmp_path, **{which: content})
    result = files.evaluate("--home", home)
    assert result.exit_code == 1 and sentence in result.output
    assert result.output.startswith(f"Fehler: {tmp_path}") and result.output.count("\n") == 1


def test_files_that_are_missing_or_no_text_are_named(tmp_path: Path) -> None:
    files = Files(tmp_path)
    files.qrels.write_bytes(QRELS.encode() + "a1\tGrüße.pdf\t1\t1\n".encode("latin-1"))
    assert "qrels.tsv, Zeile 10: Die Datei ist nicht in UTF-8 geschrieben." in files.evaluate().output
    files.queries.unlink()
    result = files.evaluate()
    assert result.exit_code == 1 and "queries.tsv lässt sich nicht lesen (gibt es nicht). Prüfen Sie den Namen." in result.output
    result = Files(tmp_path).evaluate(folder=tmp_path / "nirgends")
    assert result.exit_code == 1 and "nirgends gibt es nicht" in result.output
    only_none = Files(tmp_path, "query_id\ttype\tquery\nn1\tnone\tx\n", QRELS.splitlines()[0]).evaluate()
    assert only_none.exit_code == 1 and "qrels.tsv: Es ist keine Datei beurteilt." in only_none.output


def test_the_command_prints_a_table(files: Files, home: Path) -> None:
    result = files.evaluate("--home", home)
    assert result.exit_code == 0
    assert "Anfragen: 5, Dateien: 1, Seiten: 22, Passagen: " in result.output and "Modell german-static-" in result.output
    rows = [line.split() for line in result.output.splitlines()]
    assert ["alle", "4"] in [row[:2] for row in rows] and ["quote", "1", "1,000", "(1,000–1,000)"] in [row[:4] for row in rows]
    assert any(row[:6] == ["ohne", "Antwort,", "keiner", "gezeigt", "1", "1,000"] for row in rows)


def test_json_has_every_query_and_is_the_same_every_time(files: Files, home: Path) -> None:
    result = files.evaluate("--json", "--home", home)
    assert result.exit_code == 0 and files.evaluate("--json").output == result.output  # nor does the home matter
    answer = json.loads(result.output)
    assert [(row["query_id"], row["type"]) for row in answer["per_query"]] == [
        ("a1", "question"), ("a2", "quote"), ("a3", "keyword"), ("a4", "keyword"), ("n1", "none"),
    ]  # fmt: skip
    quote, none = answer["per_query"][1], answer["per_query"][4]
    assert (quote["ndcg@10"], quote["hit@5"], quote["rr@10"], quote["strong"]) == (1, 1, 1, True)
    assert quote["ranking"] == [{"file": FILE, "pdf_page": 5}]  # what stands in quotation marks must stand there
    ranking = answer["per_query"][0]["ranking"]
    assert len(ranking) == len({page["pdf_page"] for page in ranking}) == 10
    assert none["ndcg@10"] is None and none["strong"] is False
    assert answer["files"] == [{"file": FILE, "pages": 22, "passages": answer["files"][0]["passages"]}]
    assert answer["overall"]["queries"] == 4 and answer["overall"]["ndcg@10"]["mean"] > 0.6
    assert answer["settings"]["meaning"] == 1.0 and "/" not in answer["settings"]["model"]
    assert answer["strong_hit"]["unanswerable_without"] == {"queries": 1, "share": {"mean": 1.0, "low": 1.0, "high": 1.0}}


def test_settings_and_an_earlier_result_can_be_compared(files: Files, home: Path, tmp_path: Path) -> None:
    earlier = tmp_path / "vorher.json"
    earlier.write_text(files.evaluate("--json", "--home", home).output, encoding="utf-8")
    same = files.evaluate("--compare", earlier, "-", "--home", home)
    assert same.exit_code == 0 and same.output.endswith("Beide sind bei jeder Anfrage gleich gut (nDCG@10).\n")
    words = json.loads(files.evaluate("--compare", "meaning=0,exact_up_to=0", earlier, "--json", "--home", home).output)
    assert words["a"]["settings"]["meaning"] == 0 and words["a"]["settings"]["exact_up_to"] == 0
    assert words["b"] == json.loads(earlier.read_text(encoding="utf-8"))
    means = [round(row["b"] - row["a"], 5) for row in words["measures"]]
    assert means == [round(row["difference"]["mean"], 5) for row in words["measures"]]
    assert words["better"] + words["worse"] + words["equal"] == 4 and 0 < words["p"] <= 1
    table = files.evaluate("--compare", "", "meaning=0", "--home", home).output
    assert "A: -\n" in table and "B: meaning=0\n" in table and "nDCG@10 ist in B bei" in table


def test_another_model_makes_its_own_vectors(files: Files, home: Path, tmp_path: Path) -> None:
    (tmp_path / "anderes").symlink_to(MODEL)
    result = files.evaluate("--compare", "-", f"model={tmp_path / 'anderes'}", "--json", "--home", home)
    assert result.exit_code == 0
    answer = json.loads(result.output)
    names = [answer[side]["settings"]["model"].rpartition("-")[0] for side in ("a", "b")]
    assert names == ["german-static", "anderes"] and answer["equal"] == 4


def test_a_result_over_other_judgements_is_refused(files: Files, home: Path, tmp_path: Path) -> None:
    earlier = tmp_path / "vorher.json"
    earlier.write_text(files.evaluate("--json", "--home", home).output, encoding="utf-8")
    result = Files(tmp_path, qrels=QRELS.replace("16\t2", "16\t1")).evaluate("--compare", earlier, "-", "--home", home)
    assert result.exit_code == 1 and "verschiedenen Anfragen oder Urteilen" in result.output


@pytest.mark.parametrize(
    "content", ["", "{}", "[1]", '{"format": 2}', '{"format": 1, "settings": {"meaning": "viel"}}', "\ud800"]
)
def test_what_is_no_earlier_result_is_refused(files: Files, home: Path, tmp_path: Path, content: str) -> None:
    wrong = tmp_path / "falsch.json"
    wrong.write_bytes(content.encode("utf-8", errors="surrogatepass"))
    result = files.evaluate("--compare", wrong, "-", "--home", home)
    assert result.exit_code == 1 and "falsch.json ist kein früheres Ergebnis" in result.output


def test_only_settings_of_the_search_can_be_compared() -> None:
    settings = Settings()
    assert changed(settings, "-") == changed(settings, "") == settings
    assert changed(settings, "meaning=0.3,query_prompt=a, b: ") == replace(settings, meaning=0.3, query_prompt="a, b: ")
    for wrong in ("gibt-es-nicht.json", "port=8001", "meaning=0,home=x", "sinn=1"):
        with pytest.raises(EvaluationError, match="weder die Datei eines früheren Ergebnisses noch eine Einstellung der Suche"):
            changed(settings, wrong)
    with pytest.raises(SettingsError, match="muss eine Zahl von 0 bis 1 sein, nicht „viel“"):
        changed(settings, "meaning=viel")


def test_a_home_with_other_publications_is_refused_and_left_alone(files: Files, tmp_path: Path) -> None:
    other = shutil.copy(SPECIMEN, tmp_path / "anderes.pdf")
    assert CliRunner().invoke(main, ["ingest", "--home", str(tmp_path / "h"), str(other)]).exit_code == 0
    before = (tmp_path / "h" / "live").read_text()
    result = files.evaluate("--home", tmp_path / "h")
    assert result.exit_code == 1 and "ist auch anderes eingelesen, z. B. „anderes.pdf“" in result.output
    assert (tmp_path / "h" / "live").read_text() == before


def test_a_judged_file_that_cannot_be_read_stops_the_measurement(tmp_path: Path) -> None:
    shutil.copy(SPECIMEN, tmp_path)
    (tmp_path / "notiz.pdf").write_text("nur Text")
    result = Files(tmp_path, qrels=QRELS + "a1\tnotiz.pdf\t1\t1\n").evaluate(folder=tmp_path)
    assert result.exit_code == 1
    assert "ohne sie wären die Zahlen falsch" in result.output and "notiz.pdf: Das ist keine lesbare PDF-Datei" in result.output


def test_the_search_finds_what_was_judged_in_real_publications(real_pdfs: Path) -> None:
    folder = DATA / "queries"
    if not (folder / "qrels.tsv").is_file():
        pytest.skip(f"the judged queries are not at hand ({folder})")
    arguments = ["evaluate", real_pdfs, "--queries", folder / "queries.tsv", "--qrels", folder / "qrels.tsv", "--json"]
    result = CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    answer = json.loads(result.output)
    hits = {row["type"]: row["hit@5"]["mean"] for row in answer["by_type"]}
    assert answer["overall"]["ndcg@10"]["mean"] >= 0.50
    assert [hits[type_] for type_ in ("quote", "name", "keyword", "gender", "compound")] == [1.0] * 5
