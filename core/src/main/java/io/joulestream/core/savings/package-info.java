/**
 * What a training run might save by moving its GEMMs to NVFP4: a model, and called that.
 *
 * <p>{@link io.joulestream.core.savings.SavingsModel} takes a {@link io.joulestream.core.savings.WorkloadProfile} and a
 * {@link io.joulestream.core.savings.Hardware} record and answers with a {@code modelled_potential}, an interval that may
 * be negative, or with a reason why there is none. Nothing here is a measured saving.
 *
 * <p>Energies and times are {@code double} joules and seconds, unlike the ledger's whole microjoules: every figure is an
 * estimate over assumed inputs, and exactness would be a pretence. Units are in the names.
 */
package io.joulestream.core.savings;
