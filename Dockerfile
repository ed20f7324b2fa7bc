# syntax=docker/dockerfile:1
# Fundstelle with its own model: CPU only, nobody's root, nothing to be written outside /data and /tmp.
# docker build -t fundstelle .                     the built-in model
# docker build -t fundstelle --build-arg MODELS=any .    any sentence-transformers model (about 1.2 GB more)
FROM python:3.11-slim-bookworm AS build
ARG MODELS=builtin
WORKDIR /opt/fundstelle
RUN python -m venv .venv
COPY requirements.lock deploy/left-out.txt ./
RUN grep -v '^#' left-out.txt | sed 's/$/==/' > left-out \
 && if [ "$MODELS" = any ]; then cp requirements.lock wanted; else grep -viFf left-out requirements.lock > wanted; fi \
 && PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu \
    .venv/bin/python -m pip install --quiet --no-cache-dir --no-deps -r wanted \
 && rm -r left-out left-out.txt wanted
COPY . .
RUN .venv/bin/python -m pip install --quiet --no-cache-dir --no-deps --no-build-isolation --editable . \
 && .venv/bin/python -m pip uninstall --quiet --yes pip setuptools \
 && .venv/bin/python -m compileall -q . || test "$MODELS" = builtin

FROM python:3.11-slim-bookworm
RUN apt-get update -qq \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends tesseract-ocr tesseract-ocr-deu >/dev/null \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin fundstelle \
 && mkdir /data && chown fundstelle: /data
COPY --from=build /opt/fundstelle /opt/fundstelle
ENV PATH=/opt/fundstelle/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    FUNDSTELLE_HOST=0.0.0.0 \
    FUNDSTELLE_HOME=/data/index \
    FUNDSTELLE_PUBLICATIONS=/data/publications \
    FUNDSTELLE_CATALOGUE=/data/catalogue.toml \
    FUNDSTELLE_VOCABULARY=/data/vocabulary.toml \
    FUNDSTELLE_OPERATOR=/data/operator.toml
USER fundstelle
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/bereit', timeout=4)"]
ENTRYPOINT ["fundstelle"]
CMD ["serve"]
