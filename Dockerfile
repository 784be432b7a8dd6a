# omenbench in an image: docker build -t omenbench . && docker run --rm -v "$PWD:/work" omenbench decide keys.csv:id
# Measure with --cpuset-cpus, so that the scheduler keeps other containers off the processors.
FROM debian:13 AS build
COPY . /source
WORKDIR /source
RUN ./scripts/release --out /dist && rm -rf build /var/lib/apt/lists/*

FROM debian:13
# Runs start servers of their own: Debian's package of PostgreSQL needs no cluster.
RUN --mount=type=bind,from=build,source=/dist,target=/dist \
    mkdir -p /etc/postgresql-common/createcluster.d \
    && echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.d/omenbench.conf \
    && apt-get update && apt-get install -y --no-install-recommends /dist/omenbench_*.deb postgresql wamerican-insane \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /work
ENTRYPOINT ["omenbench"]
