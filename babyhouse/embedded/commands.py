"""What runs where, said once: `make run` starts these, and docker-compose.yml names the same."""

WEB = ("gunicorn", "babyhouse.wsgi", "--config", "deploy/gunicorn.conf.py")
WORKER = ("celery", "--app=babyhouse", "worker", "--loglevel=INFO", "--concurrency=2")
# No pid file: one left behind by a killed run would keep the next from starting.
BEAT = ("celery", "--app=babyhouse", "beat", "--loglevel=INFO", "--pidfile=")
MIGRATE = ("python", "manage.py", "migrate", "--noinput")
LOAD_REGULATIONS = ("python", "manage.py", "load_regulations")
LOAD_CHECKLISTS = ("python", "manage.py", "load_checklists")
LOAD_GUIDE = ("python", "manage.py", "load_guide")
SEED = ("python", "manage.py", "seed_city", "--seed", "1", "--scale", "demo", "--if-empty")
