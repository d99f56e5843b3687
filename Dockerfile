# The server, for containers: docker run -p 127.0.0.1:7767:7767 -v sms:/data sms-voice-emulator
FROM python:3.13-slim AS build
WORKDIR /src
COPY setup.cfg setup.py pyproject.toml README.md LICENSE ./
COPY botocore_models botocore_models
COPY emulator emulator
RUN pip install --no-cache-dir --disable-pip-version-check --prefix /install '.[postgres]'

FROM python:3.13-slim
COPY --from=build /install /usr/local
RUN useradd --create-home --uid 10001 emulator && install -d -o emulator /data
USER emulator
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
