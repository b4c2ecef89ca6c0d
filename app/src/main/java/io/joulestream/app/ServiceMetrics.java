package io.joulestream.app;

import io.joulestream.api.Health;
import io.joulestream.app.ServiceWatch.Seen;
import io.joulestream.storage.PoolUse;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * The metrics of the service, but for those of its requests and of the JVM. What depends on database, Kafka or Flink is of the
 * last look of {@link ServiceWatch}; what was not seen there has no series. Whole numbers and decimals become floating point
 * here and nowhere before, because Prometheus knows nothing else.
 *
 * <p>Times are told as timestamps: who asks {@code time() - timestamp} knows the age also where no look has been since.
 */
final class ServiceMetrics {
    /** Flink's words, and ours for what is not known; any other is told as UNKNOWN. */
    private static final List<String> JOB_STATES = List.of(
            "INITIALIZING",
            "CREATED",
            "RUNNING",
            "RESTARTING",
            "FAILING",
            "FAILED",
            "CANCELLING",
            "CANCELED",
            "FINISHED",
            "SUSPENDED",
            "RECONCILING",
            "NONE",
            "UNKNOWN");

    private final PrometheusRegistry registry;
    private final ServiceWatch watch;

    /** Tells one value of one series. */
    private interface Tell {
        void value(double value, String... labels);
    }

    private ServiceMetrics(PrometheusRegistry registry, ServiceWatch watch) {
        this.registry = registry;
        this.watch = watch;
    }

    /** Once for a registry. */
    static void register(
            PrometheusRegistry registry,
            ServiceWatch watch,
            Supplier<List<PoolUse>> pools,
            ProcessEnergy energy,
            Clock clock) {
        ServiceMetrics metrics = new ServiceMetrics(registry, watch);
        Info.builder()
                .name("joulestream_build_info")
                .help("The release of this process.")
                .labelNames("version")
                .register(registry)
                .addLabelValues(Versions.joulestream());
        metrics.service();
        metrics.job();
        metrics.ledger();
        metrics.sites();
        metrics.snapshot(clock);
        metrics.pools(pools);
        metrics.energy(energy);
    }

    private void service() {
        gauge(
                "joulestream_ready",
                "1 when requests can be answered, as /ready tells.",
                null,
                List.of(),
                (seen, tell) -> seen.ready().ifPresent(ready -> tell.value(ready ? 1 : 0)));
        gauge(
                "joulestream_health_status",
                "1 for the status that /v1/health tells, 0 for the others.",
                null,
                List.of("status"),
                (seen, tell) -> seen.health().ifPresent(health -> {
                    for (Health.Status status : Health.Status.values()) {
                        tell.value(health.status() == status ? 1 : 0, status.name());
                    }
                }));
        gauge(
                "joulestream_health_reason",
                "1 for each reason that /v1/health tells; no series when there is none.",
                null,
                List.of("reason"),
                (seen, tell) ->
                        seen.health().ifPresent(health -> health.reasons().forEach(reason -> tell.value(1, reason))));
    }

    private void job() {
        gauge(
                "joulestream_job_state",
                "1 for the state of the ledger job, in Flink's words, 0 for the others.",
                null,
                List.of("state"),
                (seen, tell) -> seen.health().flatMap(Health::job).ifPresent(job -> {
                    String known = JOB_STATES.contains(job.state()) ? job.state() : "UNKNOWN";
                    JOB_STATES.forEach(state -> tell.value(state.equals(known) ? 1 : 0, state));
                }));
        gauge(
                "joulestream_job_last_checkpoint_timestamp_seconds",
                "When the newest complete checkpoint of the ledger job was taken.",
                Unit.SECONDS,
                List.of(),
                (seen, tell) -> seen.health()
                        .flatMap(Health::job)
                        .flatMap(Health.Job::lastCheckpointAt)
                        .ifPresent(at -> tell.value(seconds(at))));
        counter(
                "joulestream_job_restarts_total",
                "How often the ledger job was started again since it was submitted.",
                List.of(),
                (seen, tell) -> seen.jobCounts().ifPresent(counts -> tell.value(counts.restarts())));
        counter(
                "joulestream_sink_rows_total",
                "Rows that the job has handed to a sink of the database, since its newest start.",
                List.of("sink"),
                (seen, tell) -> seen.jobCounts()
                        .ifPresent(counts -> counts.sinks().forEach((name, sink) -> tell.value(sink.rows(), name))));
        counter(
                "joulestream_sink_rows_stored_total",
                "Rows handed to a sink that changed what is stored, since the job's newest start.",
                List.of("sink"),
                (seen, tell) -> seen.jobCounts()
                        .ifPresent(
                                counts -> counts.sinks().forEach((name, sink) -> tell.value(sink.rowsStored(), name))));
        counter(
                "joulestream_sink_batches_total",
                "Flushes of a sink that changed what is stored, since the job's newest start.",
                List.of("sink"),
                (seen, tell) -> seen.jobCounts()
                        .ifPresent(counts -> counts.sinks().forEach((name, sink) -> tell.value(sink.batches(), name))));
    }

    private void ledger() {
        gauge(
                "joulestream_kafka_lag_records",
                "Records of a telemetry topic that the ledger does not hold yet.",
                null,
                List.of("topic"),
                (seen, tell) ->
                        seen.lag().ifPresent(lag -> lag.forEach((topic, records) -> tell.value(records, topic))));
        counter(
                "joulestream_dead_letters_total",
                "Readings and frames that were refused and are kept, by reason.",
                List.of("code"),
                (seen, tell) -> seen.health()
                        .flatMap(Health::ledger)
                        .ifPresent(ledger -> ledger.deadLetters().forEach((code, count) -> tell.value(count, code))));
    }

    private void sites() {
        gauge(
                "joulestream_site_last_data_timestamp_seconds",
                "The end of the last minute with data of a site.",
                Unit.SECONDS,
                List.of("site"),
                (seen, tell) -> seen.health()
                        .flatMap(Health::ledger)
                        .ifPresent(ledger -> ledger.lastData().forEach((site, at) -> tell.value(seconds(at), site))));
        gauge(
                "joulestream_site_coverage_ratio",
                "Share of the last whole hour in which the meters of a site's supply (facility) or IT were read.",
                Unit.RATIO,
                List.of("site", "of"),
                (seen, tell) -> seen.lastHours()
                        .ifPresent(hours -> hours.forEach(hour -> {
                            known(hour.facilityCoverage(), tell, hour.site(), "facility");
                            known(hour.itCoverage(), tell, hour.site(), "it");
                        })));
        gauge(
                "joulestream_site_residual_ratio",
                "Share of the energy that entered a site in the last whole hour that lies in no line of its balance;"
                        + " no series where not all its meters were read.",
                Unit.RATIO,
                List.of("site"),
                (seen, tell) -> seen.lastHours()
                        .ifPresent(hours -> hours.forEach(hour -> known(hour.residualShare(), tell, hour.site()))));
    }

    private static void known(BigDecimal share, Tell tell, String... labels) {
        if (share != null) {
            tell.value(share.doubleValue(), labels);
        }
    }

    private void snapshot(Clock clock) {
        gauge(
                "joulestream_snapshot_age_seconds",
                "How long ago what depends on database, Kafka and Flink was looked at.",
                Unit.SECONDS,
                List.of(),
                (seen, tell) -> tell.value(seconds(Duration.between(seen.at(), clock.instant()))));
        gauge(
                "joulestream_snapshot_duration_seconds",
                "How long that look took.",
                Unit.SECONDS,
                List.of(),
                (seen, tell) -> tell.value(seconds(seen.took())));
    }

    private void pools(Supplier<List<PoolUse>> pools) {
        GaugeWithCallback.builder()
                .name("joulestream_database_connections")
                .help("Connections of a pool to the database.")
                .labelNames("pool", "state")
                .callback(out -> pools.get().forEach(pool -> {
                    out.call(pool.active(), pool.pool(), "active");
                    out.call(pool.idle(), pool.pool(), "idle");
                }))
                .register(registry);
        GaugeWithCallback.builder()
                .name("joulestream_database_connections_max")
                .help("Connections that a pool may have.")
                .labelNames("pool")
                .callback(out -> pools.get().forEach(pool -> out.call(pool.most(), pool.pool())))
                .register(registry);
        GaugeWithCallback.builder()
                .name("joulestream_database_waiting_threads")
                .help("Threads that wait for a connection of a pool.")
                .labelNames("pool")
                .callback(out -> pools.get().forEach(pool -> out.call(pool.waiting(), pool.pool())))
                .register(registry);
    }

    private void energy(ProcessEnergy energy) {
        CounterWithCallback.builder()
                .name("joulestream_energy_joules_total")
                .help("Estimate of the energy that this process has used, by the method that the label names.")
                .unit(Unit.JOULES)
                .labelNames("method")
                .callback(out -> {
                    out.call(joules(energy.microjoulesByCpuTime()), "cpu_time");
                    energy.microjoulesByRapl().ifPresent(used -> out.call(joules(used), "rapl"));
                })
                .register(registry);
    }

    private void gauge(String name, String help, Unit unit, List<String> labels, BiConsumer<Seen, Tell> tell) {
        GaugeWithCallback.Builder gauge = GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames(labels.toArray(String[]::new))
                .callback(out -> watch.seen().ifPresent(seen -> tell.accept(seen, out::call)));
        (unit == null ? gauge : gauge.unit(unit)).register(registry);
    }

    private void counter(String name, String help, List<String> labels, BiConsumer<Seen, Tell> tell) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames(labels.toArray(String[]::new))
                .callback(out -> watch.seen().ifPresent(seen -> tell.accept(seen, out::call)))
                .register(registry);
    }

    private static double seconds(Instant at) {
        return seconds(Duration.between(Instant.EPOCH, at));
    }

    private static double seconds(Duration time) {
        return BigDecimal.valueOf(time.toMillis(), 3).doubleValue();
    }

    private static double joules(BigInteger microjoules) {
        return new BigDecimal(microjoules, 6).doubleValue();
    }
}
