# `make help` lists what there is. Needs Python 3.11+, pip and make; the rest comes by itself.
export UV_PYTHON_DOWNLOADS = never
export UV_NO_PROGRESS = 1
export UV_COMPILE_BYTECODE = 1
export UV_SYSTEM_CERTS = 1
export PORTAL_MODE = demo
export PORT ?= 8000

APPS = alliance members workinggroups proposals events
UV = .uv/bin/uv
RUN = $(UV) run --frozen -q

.DEFAULT_GOAL = help
.PHONY: help run test chaos check format messages lock

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

run: $(UV) .env ## run the portal with all its servers and demo data at http://localhost:8000 (or PORT=…)
	@$(UV) run --frozen --no-group dev -q python manage.py portal

test: $(UV) .env ## run all tests on real Postgres, Valkey, SMTP and Chromium
	@$(RUN) python -m pytest -n auto --maxprocesses 4 --dist loadfile

chaos: $(UV) .env ## 2,000 reminders while workers, broker and database are killed again and again (up to 9 minutes)
	@$(RUN) python -m pytest -m chaos -s tests/chaos

check: $(UV) .env ## lint, types, import contracts, translations, missing migrations, compose file
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) djlint --lint --quiet templates
	$(RUN) mypy
	$(RUN) lint-imports
	$(RUN) python manage.py messages --check
	$(RUN) python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	$(RUN) check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml

format: $(UV) ## put the Python files into the usual form
	$(RUN) ruff check --fix .
	$(RUN) ruff format .

messages: $(UV) .env ## collect the texts to translate, and compile the translations
	@$(RUN) python manage.py messages

lock: $(UV) ## resolve the dependencies anew into uv.lock
	@$(UV) lock --upgrade

$(UV):
	@python3 -m pip install -q --disable-pip-version-check --root-user-action=ignore --target .uv 'uv==0.13.9'

.env: # so that `.uv/bin/uv run python manage.py …` knows that this is a demo
	@echo PORTAL_MODE=demo > $@
