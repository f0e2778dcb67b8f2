FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 ALLCLEAR_STATIC_ROOT=/srv/static
WORKDIR /srv/allclear
COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes --no-deps -r requirements.lock
COPY . .
RUN useradd --system --uid 10001 allclear && mkdir /srv/static \
    && SECRET_KEY=only-while-building-0123456789-abcdefghijklmnop DATABASE_URL=postgres://x@localhost/x ALLCLEAR_POOL=false \
       python manage.py collectstatic --noinput --verbosity 0
USER allclear
EXPOSE 8080
CMD ["gunicorn", "config.wsgi", "-c", "python:config.listening", "-k", "gthread", "-w", "2", "--threads", "16", "-b", "0.0.0.0:8080", "--no-control-socket", "--preload"]
