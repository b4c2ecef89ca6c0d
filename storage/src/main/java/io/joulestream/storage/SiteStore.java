package io.joulestream.storage;

import static io.joulestream.storage.Jooq.siteId;
import static io.joulestream.storage.generated.Tables.SITE;
import static io.joulestream.storage.generated.Tables.SITE_VERSION;
import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;

/** The inventories of sites, every version ever published. Any number of threads and processes may use it at once. */
public final class SiteStore {
    private final TenantTransaction reads;
    private final TenantTransaction writes;
    private final TenantTransaction readsOfAll;

    SiteStore(DataSource readers, DataSource writers) {
        reads = TenantTransaction.reading(readers, DatabaseRole.API);
        writes = TenantTransaction.writing(writers, DatabaseRole.ADMIN);
        readsOfAll = TenantTransaction.reading(writers, DatabaseRole.MIGRATE);
    }

    /**
     * Adds a version: 1, 2, 3 and so on. A text equal to the newest version's adds nothing.
     *
     * @return the version that holds the text
     */
    public int put(String tenant, String site, Instant effectiveFrom, String yaml) {
        require(tenant, site, effectiveFrom, yaml);
        return writes.run(tenant, new PutSiteVersion(tenant, site, effectiveFrom, yaml, 0, false));
    }

    /**
     * Adds a version about the past, which a generation of the site applies that is about to be published; generations
     * before do not know it. A text equal to the newest version's adds nothing.
     *
     * @return the version that holds the text; one that an earlier generation knows already stays known to it
     */
    public SiteVersion putRetroactive(
            String tenant, String site, Instant effectiveFrom, String yaml, int sinceGeneration) {
        require(tenant, site, effectiveFrom, yaml);
        int version = writes.run(tenant, new PutSiteVersion(tenant, site, effectiveFrom, yaml, sinceGeneration, false));
        return reads.run(
                tenant,
                db -> db.select()
                        .from(SITE_VERSION)
                        .where(SITE_VERSION.SITE_ID.eq(siteId(tenant, site)), SITE_VERSION.VERSION.eq(version))
                        .fetchSingle(row -> SelectSiteVersions.version(row, tenant, site)));
    }

    /**
     * Gives a site that is not known yet its first version. Of several who do so at once one succeeds.
     *
     * @return the site's newest version: the text given, or what was there before
     */
    public SiteVersion putFirst(String tenant, String site, Instant effectiveFrom, String yaml) {
        require(tenant, site, effectiveFrom, yaml);
        writes.run(tenant, new PutSiteVersion(tenant, site, effectiveFrom, yaml, 0, true));
        List<SiteVersion> versions = versions(tenant, site);
        return versions.get(versions.size() - 1);
    }

    /**
     * Takes in a version that was published elsewhere, as one that the inventory topic tells and a restored database does not
     * know. One that is there already stays as it is.
     *
     * @return whether it was new
     */
    public boolean adopt(
            String tenant, String site, int version, Instant effectiveFrom, String yaml, int sinceGeneration) {
        require(tenant, site, effectiveFrom, yaml);
        return writes.run(tenant, new AdoptSiteVersion(tenant, site, version, effectiveFrom, yaml, sinceGeneration));
    }

    /**
     * The versions that the site's generation in force knows, oldest first; empty when the site has no inventory. One made for
     * a generation that was not published is not among them.
     */
    public List<SiteVersion> versions(String tenant, String site) {
        return reads.run(tenant, new SelectSiteVersions(tenant, site));
    }

    /** The newest of those versions of each of the tenant's sites, in order of site. */
    public List<SiteVersion> list(String tenant) {
        return reads.run(tenant, new SelectNewestSites(tenant));
    }

    /** Every site of every tenant that has a name here, with or without an inventory, as {@code tenant/site}, in order. */
    public List<String> allNames() {
        return readsOfAll.run(
                "",
                db -> db.select(SITE.TENANT, SITE.SITE_)
                        .from(SITE)
                        .orderBy(SITE.TENANT, SITE.SITE_)
                        .fetch(row -> row.value1() + "/" + row.value2()));
    }

    /** The text of every version that was ever stored, of all tenants, without order; each once. */
    public List<String> allTexts() {
        return readsOfAll.run(
                "",
                db -> db.selectDistinct(SITE_VERSION.YAML).from(SITE_VERSION).fetch(SITE_VERSION.YAML));
    }

    private static void require(String tenant, String site, Instant effectiveFrom, String yaml) {
        requireName(tenant, "tenant");
        requireName(site, "site");
        requireNonNull(effectiveFrom, "effectiveFrom");
        requireNonNull(yaml, "yaml");
    }

    private static void requireName(String name, String what) {
        if (name.isBlank()) {
            throw new IllegalArgumentException(what + " must not be blank");
        }
        if (!Text.name(name).equals(name)) {
            throw new IllegalArgumentException(what + " must have at most " + Text.MAX_NAME_CHARS
                    + " characters, all storable, was " + Text.name(name));
        }
    }
}
