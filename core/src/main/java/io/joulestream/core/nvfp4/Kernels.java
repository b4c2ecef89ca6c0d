package io.joulestream.core.nvfp4;

/**
 * Which kernel this virtual machine runs, chosen once.
 *
 * <p>The Vector API is an incubating module, absent unless the virtual machine was started with {@code --add-modules
 * jdk.incubator.vector}. Without it, or where vectors have fewer than eight floats, plain loops do the same. The system
 * property {@code joulestream.nvfp4.kernel=plain} asks for them too.
 */
final class Kernels {
    /** Says {@code plain} to do without the Vector API. */
    static final String PROPERTY = "joulestream.nvfp4.kernel";

    static final Kernel CHOSEN = vectorsAreWanted() && vectorsArePresent() ? vector() : new PlainKernel();

    private Kernels() {}

    static boolean vectorsArePresent() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent() && VectorKernel.fits();
    }

    /** Not to be called where vectors are not present: its class cannot be linked there. */
    static Kernel vector() {
        return new VectorKernel();
    }

    private static boolean vectorsAreWanted() {
        String kernel = System.getProperty(PROPERTY, "");
        if (!kernel.isEmpty() && !kernel.equals("plain")) {
            throw new IllegalArgumentException(PROPERTY + " must be plain or not be set, was " + kernel);
        }
        return kernel.isEmpty();
    }
}
