# One image for web, worker, beat and migrate. No embedded servers, no compilers, no root.
FROM python:3.13-slim-bookworm AS build
ENV UV_PYTHON_DOWNLOADS=never UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PROJECT_ENVIRONMENT=/venv
WORKDIR /portal
RUN pip install --no-cache-dir uv==0.13.9
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-default-groups
COPY . .
# The build needs settings to be read, not servers to be there.
RUN SECRET_KEY=build DATABASE_URL=postgres://none/none REDIS_URL=redis://none CACHE_URL=redis://none \
    EMAIL_URL=smtp://none ALLOWED_HOSTS=none SITE_URL=https://none \
    sh -c '/venv/bin/python manage.py messages --compile && /venv/bin/python manage.py collectstatic --noinput'

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --create-home portal && install -d -o portal /files
COPY --from=build /venv /venv
COPY --from=build /portal /portal
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MEDIA_ROOT=/files
WORKDIR /portal
USER portal
VOLUME /files
EXPOSE 8000
CMD ["gunicorn", "alliance.wsgi", "--bind=0.0.0.0:8000", "--worker-class=gthread", "--workers=3", "--threads=4", \
     "--no-control-socket", "--graceful-timeout=30", "--timeout=60", "--max-requests=2000", "--max-requests-jitter=200"]
