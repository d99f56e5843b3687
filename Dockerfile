# The server, for containers: docker run -p 127.0.0.1:7767:7767 -v sms:/data sms-voice-emulator
FROM python:3.13-slim AS build
WORKDIR /src
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
# By version and hash, and nothing that would be built: what the image holds is what was reviewed.
COPY requirements.txt ./
RUN pip install --require-hashes --only-binary :all: --prefix /install -r requirements.txt
COPY setup.cfg setup.py pyproject.toml README.md LICENSE ./
COPY botocore_models botocore_models
COPY emulator emulator
RUN PYTHONPATH=/install/lib/python3.13/site-packages \
    pip install --no-deps --no-build-isolation --no-index --prefix /install .
COPY tools/sbom.py tools/licences.py tools/
RUN mkdir -p /install/share/sms-voice-emulator && python tools/sbom.py --path /install/lib/python3.13/site-packages \
    > /install/share/sms-voice-emulator/sbom.json

FROM python:3.13-slim
COPY --from=build /install /usr/local
RUN useradd --create-home --uid 10001 emulator && install -d -o emulator /data
USER 10001
WORKDIR /data
VOLUME /data
# The port is published by whoever starts the container; the state outlives it if /data is a volume.
ENV SMS_VOICE_EMULATOR_HOST=0.0.0.0 \
    SMS_VOICE_EMULATOR_PORT=7767 \
    SMS_VOICE_EMULATOR_DATA_DIR=/data \
    PYTHONUNBUFFERED=1
EXPOSE 7767
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s \
    CMD ["sms-voice-emulator", "health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["sms-voice-emulator"]
CMD ["serve"]
