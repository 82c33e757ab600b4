using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Whether operations of this thread are recorded for gradients.</summary>
    public static unsafe bool is_grad_enabled()
    {
        int enabled;
        NativeMethods.mt_grad_mode(&enabled);
        return enabled != 0;
    }

    public static unsafe bool is_inference_mode_enabled()
    {
        int enabled;
        NativeMethods.mt_inference_mode(&enabled);
        return enabled != 0;
    }

    /// <summary>Records nothing until it is disposed, on this thread.</summary>
    public static IDisposable no_grad() => new GradMode(false);

    public static IDisposable enable_grad(bool enabled = true) => new GradMode(enabled);

    public static IDisposable set_grad_enabled(bool mode = true) => new GradMode(mode);

    /// <summary>
    /// As <see cref="no_grad"/>, and tensors made inside can never take part in gradients. Dispose on the same thread, innermost first.
    /// </summary>
    public static IDisposable inference_mode(bool mode = true) => new InferenceMode(mode);

    private sealed class GradMode : IDisposable
    {
        private readonly bool before = is_grad_enabled();

        public GradMode(bool enabled) => NativeMethods.mt_set_grad_mode(enabled ? 1 : 0);

        public void Dispose() => NativeMethods.mt_set_grad_mode(before ? 1 : 0);
    }

    private sealed class InferenceMode : IDisposable
    {
        private IntPtr guard;

        public unsafe InferenceMode(bool enabled)
        {
            IntPtr made;
            NativeError.Check(NativeMethods.mt_inference_mode_enter(enabled ? 1 : 0, &made));
            guard = made;
        }

        public void Dispose()
        {
            if (guard != IntPtr.Zero)
            {
                _ = NativeMethods.mt_inference_mode_leave(guard);
                guard = IntPtr.Zero;
            }
        }
    }
}
