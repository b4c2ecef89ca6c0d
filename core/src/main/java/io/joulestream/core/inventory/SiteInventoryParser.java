package io.joulestream.core.inventory;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneRulesProvider;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads a site file: the text of one version of one site. Everything that is wrong is found at once and told with its line.
 * The text may come from anybody; what it can make this program allocate is bounded.
 */
public final class SiteInventoryParser {
    /** The longest text, in bytes of UTF-8. */
    public static final int MAX_BYTES = 16 << 20;

    /** The most entities of a site, ranges expanded. */
    public static final int MAX_ENTITIES = 2_000_000;

    /** The most entities one owner's frame carries. */
    public static final int MAX_ENTITIES_PER_OWNER = 512;

    /** The most channels of one entity. */
    public static final int MAX_CHANNELS = 64;

    private static final List<String> KEYS = List.of(
            "tenant",
            "site",
            "name",
            "kind",
            "zone",
            "gridZone",
            "effectiveFrom",
            "acceptHistory",
            "allowHistory",
            "itBoundary",
            "installedItKw",
            "designPue",
            "residualAlertPercent",
            "tariff",
            "entities");
    private static final Pattern SLUG = Pattern.compile("[a-z0-9-]{1,40}");
    private static final Pattern GRID_ZONE = Pattern.compile("[A-Z0-9]{2,10}(-[A-Z0-9]{1,10}){0,2}");
    private static final Duration ONE_MILLISECOND = Duration.ofMillis(1);
    private static final Duration TEN_YEARS = Duration.ofDays(3660);

    private final Problems problems = new Problems();

    private SiteInventoryParser() {}

    /** Reads and checks a whole site file; deterministic, and without side effects. */
    public static InventoryResult parse(String yaml) {
        requireNonNull(yaml, "yaml");
        return new SiteInventoryParser().read(yaml);
    }

    private InventoryResult read(String yaml) {
        if (!isReadableText(yaml)) {
            return new InventoryResult.Invalid(problems.inOrder());
        }
        String text = yaml.startsWith("\uFEFF") ? yaml.substring(1) : yaml;
        Optional<Fields> fields = YamlReader.read(text, problems)
                .flatMap(root -> Optional.ofNullable(Fields.of(root, "", KEYS, problems)));
        if (fields.isEmpty()) {
            return new InventoryResult.Invalid(problems.inOrder());
        }
        SiteSettings settings = settings(fields.get());
        List<Entity> entities = entities(fields.get(), settings.itBoundary());
        return problems.isEmpty()
                ? new InventoryResult.Valid(new SiteInventory(settings, entities))
                : new InventoryResult.Invalid(problems.inOrder());
    }

    /** Refuses what is too long, and half characters, over which the YAML parser stumbles. */
    private boolean isReadableText(String yaml) {
        long bytes = 0;
        int line = 1;
        for (int i = 0; i < yaml.length() && bytes <= MAX_BYTES; i++) {
            char c = yaml.charAt(i);
            line += c == '\n' ? 1 : 0;
            if (!Character.isSurrogate(c)) {
                bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < yaml.length()
                    && Character.isLowSurrogate(yaml.charAt(i + 1))) {
                bytes += 4;
                i++;
            } else {
                problems.add(line, "", "half a character, an unpaired surrogate");
                return false;
            }
        }
        if (bytes > MAX_BYTES) {
            problems.add(1, "", "the file is larger than " + (MAX_BYTES >> 20) + " MiB");
        }
        return bytes <= MAX_BYTES;
    }

    private SiteSettings settings(Fields fields) {
        fields.require("site", "kind", "zone", "effectiveFrom", "itBoundary", "entities");
        String slug = "1 to 40 of a-z, 0-9 and '-'";
        String tenant = fields.has("tenant") ? fields.text("tenant", SLUG, slug) : "default";
        String site = fields.text("site", SLUG, slug);
        SiteKind kind = fields.word("kind", SiteKind.class);
        Instant effectiveFrom = fields.instant("effectiveFrom");
        Duration acceptHistory = fields.duration("acceptHistory", ONE_MILLISECOND, TEN_YEARS);
        if (!fields.has("acceptHistory") && kind != null) {
            acceptHistory = kind.defaultAcceptHistory();
        }
        List<Role> places =
                Arrays.stream(Role.values()).filter(Role::isItMeasuringPlace).toList();
        BigDecimal designPue = fields.positive("designPue");
        if (designPue != null && designPue.compareTo(BigDecimal.ONE) < 0) {
            fields.refuse("designPue", designPue.toPlainString(), "must be >= 1");
        }
        return new SiteSettings(
                tenant,
                site,
                fields.text("name"),
                kind,
                zone(fields),
                fields.text("gridZone", GRID_ZONE, "a grid zone such as DE, GB or US-CAMX"),
                effectiveFrom,
                acceptHistory,
                fields.flag("allowHistory"),
                fields.word("itBoundary", Role.class, places),
                fields.positiveScaled("installedItKw", 6, "milliwatts"),
                designPue,
                fields.positive("residualAlertPercent"),
                tariff(fields));
    }

    private ZoneId zone(Fields fields) {
        String text = fields.text("zone");
        if (text == null) {
            return null;
        }
        Set<String> known = ZoneRulesProvider.getAvailableZoneIds();
        return known.contains(text) && !text.startsWith("SystemV/")
                ? ZoneId.of(text)
                : fields.refuse(
                        "zone",
                        text,
                        "must be an IANA time zone such as Europe/Berlin" + problems.suggestion(text, known));
    }

    private FlatTariff tariff(Fields site) {
        YamlNode node = site.node("tariff");
        if (node == null) {
            return null;
        }
        Fields fields = Fields.of(node, "tariff", List.of("currency", "perKwh"), problems);
        if (fields == null) {
            return null;
        }
        fields.require("currency", "perKwh");
        String currency = fields.text("currency");
        if (currency != null) {
            try {
                Currency.getInstance(currency);
            } catch (IllegalArgumentException e) {
                currency = fields.refuse("currency", currency, "must be an ISO 4217 code such as EUR");
            }
        }
        BigDecimal perKwh = fields.decimal("perKwh");
        if (perKwh != null && perKwh.signum() < 0) {
            perKwh = fields.refuse("perKwh", perKwh.toPlainString(), "must be >= 0");
        }
        return currency == null || perKwh == null ? null : new FlatTariff(currency, perKwh);
    }

    private List<Entity> entities(Fields fields, Role itBoundary) {
        List<YamlNode> items = fields.list("entities");
        if (items.isEmpty() && fields.node("entities") instanceof YamlNode.Sequence) {
            fields.problem("entities", "a site needs at least one entity");
        }
        DeclarationReader reader = new DeclarationReader(itBoundary, problems);
        List<Declaration> declarations = new ArrayList<>();
        long members = 0;
        for (int i = 0; i < items.size(); i++) {
            Optional<Declaration> declaration = reader.read(items.get(i), "entities[" + i + "]");
            if (declaration.isPresent()) {
                members += declaration.get().id().size();
                if (members > MAX_ENTITIES) {
                    String message = "up to here the site has more than " + MAX_ENTITIES + " entities";
                    problems.add(declaration.get().line(), declaration.get().path() + ".id", message);
                    return List.of();
                }
                declarations.add(declaration.get());
            }
        }
        return new MeteringTree(declarations, itBoundary, (int) members, problems).entities();
    }
}
