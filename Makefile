# make serve   sets everything up, ingests the publications and serves the search
# make test    sets everything up and runs the tests

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
AXE := axe-core@4.14.1

.PHONY: help install serve test check proof bench lint types system translations pictures
.DEFAULT_GOAL := help

help: ## zeigt diese Übersicht
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: $(INSTALLED) ## richtet .venv mit allem ein, was gebraucht wird

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Es wird Python 3.11 oder neuer gebraucht (z. B. make PYTHON=python3.12 install)." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Es fehlt venv. Unter Debian und Ubuntu hilft: apt-get install python3-venv" >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(INSTALLED)

serve: install ## liest die Publikationen ein und startet die Suche im Browser
	$(BIN)/fundstelle ingest || test -e "$${FUNDSTELLE_HOME:-index/store}/live"
	$(BIN)/fundstelle serve $(if $(PORT),--port $(PORT))

test: install ## lässt die Tests laufen; was ein fehlendes Programm braucht, wird mit Grund übersprungen
	$(BIN)/python -m pytest -n auto --dist loadfile -m "not proof"

lint: install ## prüft Form und Stil
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install ## prüft die Typen
	$(BIN)/mypy

translations: install ## sammelt die Sätze der Oberfläche für die Übersetzung (search_app/translations)
	$(BIN)/pybabel --quiet extract --mapping pyproject.toml --no-location --sort-output --width 120 --keywords lazy_gettext --output messages.pot .
	$(BIN)/pybabel --quiet update --no-fuzzy-matching --ignore-obsolete --omit-header --width 120 --input messages.pot --output-dir search_app/translations --locale en
	@rm messages.pot

system: ## holt, was die Tests außer Python brauchen: Programme (Debian) und axe-core
	@missing=""; \
	for pair in chromium:chromium tesseract:tesseract-ocr pdftotext:poppler-utils npm:npm strace:strace nginx:nginx-light openssl:openssl systemd-analyze:systemd; do \
	    PATH=$$PATH:/usr/sbin command -v $${pair%%:*} >/dev/null || missing="$$missing $${pair##*:}"; \
	done; \
	if [ -n "$$missing" ]; then \
	    case "$$missing" in *tesseract*) missing="$$missing tesseract-ocr-deu";; esac; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	fi
	@mkdir -p tests/.axe && cd tests/.axe && { test -e $(subst @,-,$(AXE)).tgz || npm pack --silent $(AXE) >/dev/null; }

check: install system lint types ## alles, was vor dem Einreichen grün sein muss; nichts darf übersprungen werden
	$(BIN)/python -m pytest -n auto --dist loadfile -m "not proof" --nothing-skipped

bench: install ## misst Tempo und Speicher neben anderen Werkzeugen (DATA=Ordner SIZES=2000,20000 JSON=Datei)
	$(BIN)/python -m benchmarks --data $(or $(DATA),../shared/data) $(if $(SIZES),--sizes $(SIZES)) $(if $(JSON),--json $(JSON))

pictures: install system ## macht die Bilder aller Seiten neu (docs/pictures)
	$(BIN)/python -m tests.pictures

proof: install system ## lange Beweise: Abbrüche, Last, ganze Bücher
	$(BIN)/python -m pytest -m proof --nothing-skipped
