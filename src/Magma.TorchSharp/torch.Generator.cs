using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A stream of random numbers. Owns a native generator.</summary>
    public class Generator : IDisposable
    {
        private IntPtr handle;

        /// <exception cref="System.Runtime.InteropServices.ExternalException">The device is not the CPU.</exception>
        public Generator(ulong seed = 0, Device? device = null)
        {
            this.device = device ?? CPU;
            handle = Create(1, seed, this.device);
        }

        private Generator()
        {
            device = CPU;
            handle = Create(0, 0, device);
        }

        ~Generator() => Dispose(false);

        /// <summary>The generator that random functions use when none is given.</summary>
        public static Generator Default { get; } = new();

        public IntPtr Handle => handle != IntPtr.Zero ? handle : throw new InvalidOperationException("the generator was disposed");

        public Device device { get; }

        /// <summary>Starts the stream anew and returns this generator.</summary>
        public Generator manual_seed(long seed)
        {
            NativeError.Check(NativeMethods.mt_generator_set_seed(Handle, (ulong)seed));
            GC.KeepAlive(this);
            return this;
        }

        /// <summary>Starts the stream at a seed from the system's entropy and returns that seed.</summary>
        public long seed() => Seed(1);

        public long initial_seed() => Seed(0);

        /// <summary>The stream's position, as a byte tensor.</summary>
        public unsafe Tensor get_state()
        {
            IntPtr state;
            NativeError.Check(NativeMethods.mt_generator_state(Handle, &state));
            GC.KeepAlive(this);
            return new(state);
        }

        public void set_state(Tensor value)
        {
            NativeError.Check(NativeMethods.mt_generator_set_state(Handle, value.Handle));
            GC.KeepAlive(this);
            GC.KeepAlive(value);
        }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            var owned = Interlocked.Exchange(ref handle, IntPtr.Zero);
            if (owned != IntPtr.Zero)
            {
                _ = NativeMethods.mt_generator_free(owned);
            }
        }

        private static unsafe IntPtr Create(int fresh, ulong seed, Device device)
        {
            IntPtr generator;
            NativeError.Check(NativeMethods.mt_generator(fresh, seed, (int)device.type, device.index, &generator));
            return generator;
        }

        private unsafe long Seed(int renew)
        {
            ulong seed;
            NativeError.Check(NativeMethods.mt_generator_seed(Handle, renew, &seed));
            GC.KeepAlive(this);
            return (long)seed;
        }
    }

    /// <summary>Seeds the default generators of all devices and returns the CPU's.</summary>
    public static Generator manual_seed(long seed)
    {
        NativeError.Check(NativeMethods.mt_manual_seed((ulong)seed));
        return Generator.Default;
    }

    public static long initial_seed() => Generator.Default.initial_seed();

    public static long seed() => Generator.Default.seed();

    public static Tensor get_rng_state() => Generator.Default.get_state();

    public static void set_rng_state(Tensor new_state) => Generator.Default.set_state(new_state);

    public static partial class random
    {
        public static Generator manual_seed(long seed) => torch.manual_seed(seed);

        public static long initial_seed() => torch.initial_seed();

        public static Tensor get_rng_state() => torch.get_rng_state();

        public static void set_rng_state(Tensor new_state) => torch.set_rng_state(new_state);
    }
}
