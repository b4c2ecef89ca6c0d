package io.joulestream.api;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import io.javalin.http.MethodNotAllowedResponse;
import io.javalin.router.Endpoint;
import io.javalin.util.JavalinException;
import io.joulestream.storage.StorageException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.EagerContentHandler;
import org.eclipse.jetty.server.handler.EagerContentHandler.ContentLoader;
import org.eclipse.jetty.server.handler.EagerContentHandler.ContentLoaderFactory;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Turns HTTP into requests and answers back into HTTP: routes, headers, limits, and every error as a problem. */
final class HttpDoor {
    private static final Logger LOG = LoggerFactory.getLogger(HttpDoor.class);

    private static final int MAX_CONNECTIONS = 2_000;
    /** A body that comes, or is taken, more slowly is waited for no longer. */
    private static final int MIN_BYTES_A_SECOND = 1_000;

    /** How much more than it may have is waited for of a body. */
    private static final int BODY_MARGIN = 1 << 10;

    private static final int FRAMING_BYTES = 16;

    private static final int MAX_HEADER_BYTES = 16 << 10;
    private static final Duration IDLE = Duration.ofSeconds(30);

    /** How long a door that closes waits for requests that are being worked. */
    private static final Duration FINISHING = Duration.ofSeconds(10);

    /** Seconds after which what a fault of the database, or of another server, kept from being answered is worth asking again. */
    static final String RETRY_AFTER = "5";

    /** In the log's context, and as an attribute of the request. */
    private static final String TRACE_ID = "trace_id";

    /** An attribute of a request that is answered by events. */
    private static final String LISTENS = "listens";

    /** Seconds after which another may listen in the place of one that has gone. */
    private static final String RETRY_LISTENING = "15";

    private static final String FAILED = "the server's log tells more under this trace id";

    private final DoorPlan plan;
    private final Gate gate;
    private final Compression compression = new Compression();
    private final Streams streams = new Streams();
    private final Senders senders = new Senders();
    private final QueuedThreadPool threads;

    private HttpDoor(DoorPlan plan, Gate gate) {
        this.plan = plan;
        this.gate = gate;
        this.threads = threads(plan);
    }

    static Javalin create(DoorPlan plan, List<Route> routes, Gate gate) {
        HttpDoor door = new HttpDoor(plan, gate);
        return Javalin.create(config -> {
            door.configure(config, routes);
            config.routes.before(door::greet);
            config.routes.after(context -> MDC.remove(TRACE_ID));
            for (Route route : routes) {
                config.routes.addHttpHandler(route.method(), route.path(), context -> door.answer(route, context));
                if (route.method() == HandlerType.GET) {
                    config.routes.head(route.path(), context -> door.answer(route, context));
                }
            }
            config.routes.exception(ProblemException.class, door::refuse);
            config.routes.exception(HttpResponseException.class, (e, context) -> refuse(e, plan, context));
            config.routes.exception(StorageException.class, HttpDoor::askAgain);
            config.routes.exception(Exception.class, HttpDoor::fail);
        });
    }

    /** Such as {@code http://127.0.0.1:8080}. */
    static URI address(String host, int port) {
        return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port);
    }

    /** Takes no request any more, waits some seconds for those that are being worked, and gives up the others. */
    static void close(Javalin javalin) {
        try {
            javalin.stop();
        } catch (JavalinException e) {
            LOG.warn("requests were not finished within {} and are given up: {}", FINISHING, e.getMessage());
        }
    }

    private void configure(JavalinConfig config, List<Route> routes) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.http.prefer405over404 = true;
        config.http.compressionStrategy = CompressionStrategy.NONE; // see Compression: tags have to fit
        config.http.asyncTimeout = IDLE.toMillis();
        JettyProblems problems = new JettyProblems(plan.metrics());
        config.jetty.threadPool = threads;
        config.jetty.modifyHttpConfiguration(HttpDoor::limit);
        config.jetty.modifyServer(server -> {
            server.setErrorHandler(problems);
            EagerContentHandler wholeBodies = wholeBodies(routes);
            wholeBodies.setHandler(new Turns(plan.turns(), plan.patience(), senders, gate.sessionCookie()));
            server.setHandler(new GracefulHandler(wholeBodies));
            server.setStopTimeout(FINISHING.toMillis());
            limit(server);
        });
        config.jetty.modifyServletContextHandler(handler -> {
            handler.setErrorHandler(problems);
            handler.getServletHandler().setDecodeAmbiguousURIs(true);
        });
        config.router.javaLangErrorHandler(HttpDoor::lastResort);
        plan.metrics()
                .ifPresent(metrics -> config.requestLogger.http((context, millis) -> {
                    if (context.attribute(LISTENS) != null) {
                        return; // counted when it began
                    }
                    Endpoint route = context.endpoints().lastHttpEndpoint();
                    metrics.answered(
                            context.req().getMethod(),
                            route == null ? null : route.path,
                            context.res().getStatus(),
                            millis);
                }));
    }

    private static QueuedThreadPool threads(DoorPlan plan) {
        QueuedThreadPool threads = new QueuedThreadPool(plan.maxThreads());
        threads.setName(plan.threads());
        threads.setDaemon(true);
        return threads;
    }

    /**
     * A request is worked on when its body is there, so that nobody holds a thread by not sending it. Where a large body is taken,
     * more of it is waited for, and nowhere else: nobody is known yet.
     */
    private static EagerContentHandler wholeBodies(List<Route> routes) {
        Set<String> large = routes.stream()
                .filter(route -> route.bodyLimit() > Route.SMALL_BODY)
                .map(Route::path)
                .collect(Collectors.toSet());
        ContentLoaderFactory ofSmall = bodiesOf(Route.SMALL_BODY);
        ContentLoaderFactory ofLarge = bodiesOf(Route.LARGEST_BODY);
        EagerContentHandler handler = new EagerContentHandler(new ContentLoaderFactory() {
            @Override
            public String getApplicableMimeType() {
                return ofSmall.getApplicableMimeType();
            }

            @Override
            public ContentLoader newContentLoader(
                    String contentType,
                    String mimeType,
                    Handler next,
                    org.eclipse.jetty.server.Request request,
                    Response response,
                    Callback callback) {
                boolean isLarge = large.contains(org.eclipse.jetty.server.Request.getPathInContext(request));
                return (isLarge ? ofLarge : ofSmall)
                        .newContentLoader(contentType, mimeType, next, request, response, callback);
            }
        });
        List.of("POST", "PUT", "PATCH").forEach(handler::includeMethod); // no other has one
        return handler;
    }

    private static ContentLoaderFactory bodiesOf(int limit) {
        return new EagerContentHandler.RetainedContentLoaderFactory(limit + BODY_MARGIN, FRAMING_BYTES, false);
    }

    private static void limit(Server server) {
        server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, server));
        SlowSenders slow = new SlowSenders(server);
        server.addBean(slow);
        server.addEventListener(new LifeCycle.Listener() {
            @Override
            public void lifeCycleStarting(LifeCycle starting) {
                Stream.of(server.getConnectors()).forEach(connector -> connector.addBean(slow, false));
            }
        });
    }

    private static void limit(HttpConfiguration http) {
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        http.setRequestHeaderSize(MAX_HEADER_BYTES);
        http.setIdleTimeout(IDLE.toMillis());
        http.setMinRequestDataRate(MIN_BYTES_A_SECOND);
        http.setMinResponseDataRate(MIN_BYTES_A_SECOND);
        // a name in a path may hold a slash, written %2F
        http.setUriCompliance(UriCompliance.from(Set.of(UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR)));
    }

    /** A body that nobody will read is not waited for: then the connection ends with the answer. */
    private void greet(Context context) {
        String traceId = TraceIds.next();
        context.attribute(TRACE_ID, traceId);
        MDC.put(TRACE_ID, traceId);
        SecurityHeaders.ALL.forEach(context::header);
        context.header(TraceIds.HEADER, traceId);
        context.header("Cache-Control", "no-cache");
        if (hasBody(context)) {
            context.header("Connection", "close");
        }
        if (!plan.origin().isAskedFor(context.header("Host"))) {
            throw ProblemException.misdirected();
        }
    }

    private static boolean hasBody(Context context) {
        return context.req().getContentLengthLong() > 0 || context.header("Transfer-Encoding") != null;
    }

    private static String traceId(Context context) {
        return context.attribute(TRACE_ID);
    }

    private void answer(Route route, Context context) throws IOException {
        long begun = System.nanoTime();
        if (route.bodyLimit() == 0 && hasBody(context)) {
            throw ProblemException.bodyRefused();
        }
        Credentials shown = new Credentials(
                context.header("Authorization"),
                context.cookie(gate.sessionCookie()),
                context.header("Origin"),
                context.header("Host"));
        Optional<Caller> known = caller(route, shown, context);
        if (!route.isPage()) {
            takeFromShare(limits -> share(limits, known, address(context)), context);
        }
        gate.admit(route.access(), known, shown);
        Parameters parameters = new Parameters(context.queryParamMap(), route.parameters());
        Caller caller = known.orElse(Caller.NOBODY);
        Reply reply = route.resource()
                .apply(new Request(
                        caller,
                        shown,
                        context.method() + " " + context.path(),
                        context.pathParamMap(),
                        parameters,
                        context::header,
                        context::cookie,
                        body(route, context),
                        Turns.place(context.req())));
        Turns.end(context.req());
        if (reply instanceof EventStream stream) {
            listen(
                    stream,
                    new Listener(caller, route.access(), shown, context.req().getRemoteAddr()),
                    context);
            count(route, begun, context);
        } else {
            send((Answer) reply, known.flatMap(Caller::tenant).orElse(""), context);
        }
    }

    /** Where who that is cannot be told, a stranger's share pays for having asked. */
    private Optional<Caller> caller(Route route, Credentials shown, Context context) {
        if (route.access().permission().isEmpty()) {
            return Optional.empty();
        }
        Optional<Caller> known;
        try {
            known = gate.caller(shown);
        } catch (ProblemException | StorageException e) {
            takeFromShare(limits -> limits.ofStranger(address(context)), context);
            throw e;
        }
        known.flatMap(Caller::member)
                .ifPresentOrElse(member -> senders.know(shown, member), () -> senders.forget(shown));
        return known;
    }

    /**
     * Lets somebody listen, without a thread, until that one goes or is ended. The connection ends with it, for it is set to
     * hold little that is not taken.
     */
    private void listen(EventStream stream, Listener who, Context context) throws IOException {
        if (context.method() == HandlerType.HEAD) {
            tellOfEvents(context);
            return;
        }
        Broadcasts broadcasts = plan.broadcasts().orElseThrow();
        Listening listening = broadcasts.listening(context);
        try {
            broadcasts.join(stream, who, listening, Optional.ofNullable(context.header("Last-Event-ID")));
        } catch (ProblemException e) {
            context.header("Retry-After", RETRY_LISTENING);
            throw e;
        }
        tellOfEvents(context);
        try {
            listening.begin(context.req());
        } catch (IOException | RuntimeException e) {
            listening.end();
            throw e;
        }
        Turns.leave(context.req());
        context.attribute(LISTENS, true);
        context.future(listening::over);
        MDC.remove(TRACE_ID); // the thread goes on to others
    }

    /** How long somebody listens is not how long an answer takes: it is how long it took to begin. */
    private void count(Route route, long begunNanos, Context context) {
        if (context.attribute(LISTENS) != null) {
            float millis = (System.nanoTime() - begunNanos) / 1e6f;
            plan.metrics().ifPresent(metrics -> metrics.answered(route.method().name(), route.path(), 200, millis));
        }
    }

    private static void tellOfEvents(Context context) {
        context.contentType(EventStream.MEDIA_TYPE)
                .header("Cache-Control", "no-store")
                .header("Connection", "close")
                .header("X-Accel-Buffering", "no"); // a proxy passes events on as they come
    }

    private void send(Answer answer, String tenant, Context context) {
        if (answer.stream().isPresent()) {
            boolean isCompressed = Compression.isAccepted(context.header("Accept-Encoding"));
            streams.send(answer, tenant, isCompressed, context);
        } else {
            send(answer, context);
        }
    }

    /** Without the body where whoever asks has it already. */
    private void send(Answer answer, Context context) {
        context.status(answer.status());
        for (Map.Entry<String, String> header : answer.headers().entrySet()) {
            context.header(header.getKey(), header.getValue());
        }
        answer.cookies().forEach(cookie -> context.res().addHeader("Set-Cookie", cookie));
        boolean isCompressed = false;
        if (Compression.isOffered(answer)) {
            context.res().addHeader("Vary", "Accept-Encoding");
            isCompressed = Compression.isAccepted(context.header("Accept-Encoding"));
        }
        String tag = answer.headers().get(Answer.ETAG);
        if (tag != null && isCompressed) {
            tag = Compression.tag(tag);
            context.header(Answer.ETAG, tag);
        }
        boolean mayBeKnown = context.method() == HandlerType.GET || context.method() == HandlerType.HEAD;
        boolean isKnown = mayBeKnown && ETags.matches(context.header("If-None-Match"), tag);
        if (isKnown) {
            context.status(304);
        }
        if (isKnown || answer.status() == 204 || answer.status() == 303) {
            context.res().setContentType(null); // there is no body to be of a type
            return;
        }
        byte[] body = isCompressed ? compression.gzip(answer) : answer.body();
        if (isCompressed) {
            context.header("Content-Encoding", Compression.ENCODING);
        }
        context.res().setContentLength(body.length); // told of HEAD too
        context.contentType(answer.mediaType()).result(body);
    }

    private static String address(Context context) {
        return context.req().getRemoteAddr();
    }

    private static RateLimits.Share share(RateLimits limits, Optional<Caller> known, String address) {
        return known.flatMap(Caller::member).map(limits::ofMember).orElseGet(() -> limits.ofStranger(address));
    }

    private void takeFromShare(Function<RateLimits, RateLimits.Share> take, Context context) {
        if (plan.limits().isEmpty()) {
            return;
        }
        RateLimits.Share share = take.apply(plan.limits().get());
        context.header("RateLimit-Policy", share.policy());
        context.header("RateLimit", share.state());
        if (share.isSpent()) {
            context.header("Retry-After", Long.toString(share.seconds()));
            throw ProblemException.tooManyRequests(share.perMinute());
        }
    }

    private static byte[] body(Route route, Context context) {
        if (!hasBody(context)) {
            return new byte[0];
        }
        byte[] body;
        try {
            body = context.req().getInputStream().readNBytes(route.bodyLimit() + 1);
        } catch (IOException e) {
            LOG.debug("a body was not whole", e);
            throw ProblemException.bodyNotWhole();
        }
        if (body.length > route.bodyLimit()) {
            throw ProblemException.bodyTooLarge(route.bodyLimit());
        }
        context.res().setHeader("Connection", null); // read to its end
        return body;
    }

    private void refuse(ProblemException e, Context context) {
        ProblemException told = e.showsWhatIsNobodys() ? withinShareOfRefused(e, context) : e;
        if (told.showsWhatIsNobodys() || told.kind() == ProblemKind.TOO_MANY_REQUESTS) {
            refuseLater(told, context);
        } else {
            refuseNow(told, context);
        }
    }

    private ProblemException withinShareOfRefused(ProblemException refusal, Context context) {
        try {
            takeFromShare(limits -> limits.ofRefused(address(context)), context);
            return refusal;
        } catch (ProblemException tooMany) {
            return tooMany;
        }
    }

    /** Without a thread or a turn. Told at once, whoever asks in a loop would ask the more often the less it is given. */
    private void refuseLater(ProblemException e, Context context) {
        Turns.leave(context.req());
        Executor later =
                CompletableFuture.delayedExecutor(plan.refuseAfter().toMillis(), TimeUnit.MILLISECONDS, threads);
        context.future(() -> CompletableFuture.runAsync(() -> refuseNow(e, context), later));
        MDC.remove(TRACE_ID); // the thread goes on to others
    }

    private static void refuseNow(ProblemException e, Context context) {
        if (e.kind() == ProblemKind.UNAUTHENTICATED) {
            context.header("WWW-Authenticate", "Bearer realm=\"joulestream\"");
        } else if (e.kind() == ProblemKind.UNAVAILABLE && context.res().getHeader("Retry-After") == null) {
            context.header("Retry-After", RETRY_AFTER);
        }
        send(Problem.of(e, context.path(), traceId(context)), context);
    }

    private static void refuse(HttpResponseException e, DoorPlan plan, Context context) {
        ProblemKind kind = ProblemKind.ofStatus(e.getStatus());
        String detail = "nothing is at this address; " + plan.guide();
        if (e instanceof MethodNotAllowedResponse refused) {
            String methods = refused.getDetails().get("availableMethods");
            detail = "this address answers " + methods;
            context.header("Allow", methods);
        }
        send(Problem.of(kind, detail, context.path(), traceId(context)), context);
    }

    /** One line in the log: while a database is away every request ends here. */
    private static void askAgain(StorageException e, Context context) {
        String traceId = traceId(context);
        LOG.warn("{}: {} {} is not answered: {}", traceId, context.method(), context.path(), e.getMessage());
        context.header("Retry-After", RETRY_AFTER);
        send(
                Problem.unavailable(e.trouble().name(), e.trouble().text() + "; " + FAILED, context.path(), traceId),
                context);
    }

    private static void fail(Exception e, Context context) {
        String traceId = traceId(context);
        LOG.error("{}: {} {} failed", traceId, context.method(), context.path(), e);
        send(Problem.of(ProblemKind.INTERNAL, FAILED, context.path(), traceId), context);
    }

    /** For errors of the machine, such as too little memory, that no handler sees. */
    private static void lastResort(HttpServletResponse response, Error error) {
        String traceId = TraceIds.next();
        LOG.error("{}: a request failed", traceId, error);
        response.setStatus(ProblemKind.INTERNAL.status());
        response.setContentType(Problem.MEDIA_TYPE);
        response.setHeader(TraceIds.HEADER, traceId);
        SecurityHeaders.ALL.forEach(response::setHeader);
        try {
            response.getOutputStream().write(Json.bytes(Problem.of(ProblemKind.INTERNAL, FAILED, null, traceId)));
        } catch (IOException e) {
            LOG.warn("{}: the answer could not be sent", traceId, e);
        }
    }

    private static void send(Problem problem, Context context) {
        SecurityHeaders.ALL.forEach(context::header);
        context.header("Cache-Control", "no-store");
        context.status(problem.status()).contentType(Problem.MEDIA_TYPE).result(Json.bytes(problem));
    }
}
