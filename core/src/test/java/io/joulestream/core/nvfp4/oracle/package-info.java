/**
 * A second NVFP4 quantiser, slow and exact, to hold the first one to its specification.
 *
 * <p>It was written from {@code SPEC.md} alone, by someone who had not read the code it judges, and shares nothing with
 * it. Not one {@code float} or {@code double} takes part in a bit: a number is the 32 bits of its pattern, an operation is
 * done on the whole numbers they stand for and rounded once, to nearest, ties to even ({@link
 * io.joulestream.core.nvfp4.oracle.Binary32}). Code tables follow from sign, exponent, mantissa and bias, and a code is
 * found by comparing exactly with the midpoints between neighbours ({@link
 * io.joulestream.core.nvfp4.oracle.NumberFormat}).
 *
 * <p>{@code OracleGoldenTest} holds the oracle to the golden vectors, {@code OracleAgreementPropertiesTest} the quantiser
 * to the oracle on blocks the vectors do not have.
 */
package io.joulestream.core.nvfp4.oracle;
