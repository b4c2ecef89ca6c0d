package io.joulestream.streaming;

import io.joulestream.core.account.GroupReport;
import io.joulestream.core.account.MeterReport;
import io.joulestream.core.account.RunReport;
import io.joulestream.core.account.SiteReport;
import io.joulestream.core.energy.OwnerChanges;
import io.joulestream.core.energy.OwnerLedger;
import io.joulestream.core.energy.OwnerLedgerCodec;
import io.joulestream.core.ledger.ChannelMinute;
import io.joulestream.core.ledger.DeadLetter;
import io.joulestream.wire.FrameCodec;
import io.joulestream.wire.FrameKey;
import io.joulestream.wire.Topics;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Frames of owners to minute energies of their channels, keyed by owner.
 *
 * <p>State is one value per owner: its ledger, as bytes. Between checkpoints the ledgers in use are kept decoded, a
 * bounded number of them; what changed is published once, before the next barrier, so a row that a hundred frames touched
 * is written once, and everything published is settled when the checkpoint is.
 */
final class MeterMinutes extends PublishingOperator<ChannelMinute>
        implements OneInputStreamOperator<TelemetryRecord, ChannelMinute> {
    static final OutputTag<SiteReport> SITE_REPORTS = new OutputTag<>("site-reports") {};
    static final OutputTag<RunReport> RUN_REPORTS = new OutputTag<>("run-reports") {};
    static final OutputTag<MeterReport> METER_REPORTS = new OutputTag<>("meter-reports") {};
    static final OutputTag<GroupReport> GROUP_REPORTS = new OutputTag<>("group-reports") {};
    static final OutputTag<DeadLetter> REFUSED = new OutputTag<>("refused") {};

    private static final long serialVersionUID = 1;

    private final JobConfig config;

    private transient Inventories inventories;
    private transient AdmitFrame admission;
    private transient ValueState<byte[]> ledgers;
    /** Least recently used first. */
    private transient LinkedHashMap<String, OwnerAccount> open;

    MeterMinutes(JobConfig config) {
        this.config = config;
    }

    @Override
    public void open() throws Exception {
        super.open();
        ledgers = getRuntimeContext()
                .getState(new ValueStateDescriptor<>(
                        "owner-ledger", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
        open = new LinkedHashMap<>(16, 0.75f, true);
        inventories = new Inventories(config.kafka());
        admission = new AdmitFrame(inventories);
    }

    @Override
    public void processElement(StreamRecord<TelemetryRecord> element) throws Exception {
        TelemetryRecord record = element.getValue();
        Admission admitted = admission.admit(record);
        if (admitted.key() == null) {
            admitted.refused().forEach(letter -> emit(REFUSED, letter));
            return;
        }
        OwnerChanges changes = account(record, admitted).enter(admitted, record.offset());
        if (!changes.repeated()) {
            admitted.refused().forEach(letter -> emit(REFUSED, letter));
            changes.rejects().forEach(reject -> emit(REFUSED, letter(record, admitted.key(), reject)));
        }
        closeEldest();
    }

    private OwnerAccount account(TelemetryRecord record, Admission admitted) throws Exception {
        OwnerAccount account = open.get(stateKey());
        if (account == null) {
            byte[] bytes = ledgers.value();
            OwnerLedger ledger = bytes == null ? new OwnerLedger() : OwnerLedgerCodec.decode(bytes, admitted.rules());
            account = new OwnerAccount(admitted.key(), Topics.generationOf(record.topic()), ledger);
            open.put(stateKey(), account);
        }
        return account;
    }

    private String stateKey() {
        return (String) getCurrentKey();
    }

    private void closeEldest() throws Exception {
        if (open.size() > config.openOwners()) {
            Map.Entry<String, OwnerAccount> eldest = open.entrySet().iterator().next();
            publish(eldest.getKey(), eldest.getValue());
            open.remove(eldest.getKey());
        }
    }

    @Override
    void publishAll() throws Exception {
        for (Map.Entry<String, OwnerAccount> account : open.entrySet()) {
            publish(account.getKey(), account.getValue());
        }
        open.clear();
    }

    private void publish(String key, OwnerAccount account) throws Exception {
        setCurrentKey(key);
        ledgers.update(OwnerLedgerCodec.encode(account.ledger()));
        account.publish(
                this::emit,
                report -> emit(SITE_REPORTS, report),
                report -> emit(RUN_REPORTS, report),
                report -> emit(METER_REPORTS, report),
                report -> emit(GROUP_REPORTS, report));
    }

    private static DeadLetter letter(TelemetryRecord record, FrameKey key, OwnerChanges.Reject reject) {
        byte[] payload = reject.reading() == null
                ? record.value()
                : FrameCodec.encode(SingleSample.of(key, reject.channel(), reject.reading()));
        return new DeadLetter(
                record.topic(),
                record.partition(),
                record.offset(),
                key.tenant(),
                key.site(),
                reject.channel() == null ? "" : reject.channel().entity(),
                reject.channel() == null ? 0 : reject.channel().metric(),
                reject.slot(),
                reject.code().name(),
                reject.detail(),
                Instant.ofEpochMilli(record.appendedMillis()),
                payload);
    }

    @Override
    public void close() throws Exception {
        if (inventories != null) {
            inventories.close();
        }
        super.close();
    }
}
