using System.Runtime.CompilerServices;
using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>
    /// An n-dimensional array of libtorch. Owns one native handle (a heap at::Tensor): dispose it, or make it inside a
    /// <see cref="DisposeScope"/>. A forgotten one is freed when the collector finds it, which knows nothing of its native size.
    /// </summary>
    public partial class Tensor : IDisposable
    {
        private IntPtr handle;

        internal Tensor(IntPtr handle)
        {
            this.handle = handle;
            DisposeScopeManager.Current?.Add(this);
        }

        ~Tensor() => Dispose(false);

        /// <summary>Native tensors alive in this process.</summary>
        public static unsafe long TotalCount
        {
            get
            {
                long live, peak;
                NativeMethods.mt_tensor_counts(&live, &peak);
                return live;
            }
        }

        /// <summary>The most native tensors that were alive at one time.</summary>
        public static unsafe long PeakCount
        {
            get
            {
                long live, peak;
                NativeMethods.mt_tensor_counts(&live, &peak);
                return peak;
            }
        }

        /// <summary>
        /// The heap at::Tensor; valid until the tensor is disposed or collected, so keep the tensor alive around its use.
        /// </summary>
        /// <exception cref="InvalidOperationException">The tensor was disposed.</exception>
        public IntPtr Handle
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => handle != IntPtr.Zero ? handle : ThrowDisposed();
        }

        /// <summary>True after it was disposed or moved away.</summary>
        public bool IsInvalid => handle == IntPtr.Zero;

        internal DisposeScope? OwningScope { get; set; }

        internal int ScopeIndex { get; set; }

        /// <summary>Takes over a handle made by other native code (a heap at::Tensor).</summary>
        public static Tensor UnsafeCreateTensor(IntPtr handle) => new(handle);

        /// <summary>Frees the native tensor; a second call does nothing.</summary>
        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            var owned = Interlocked.Exchange(ref handle, IntPtr.Zero);
            if (owned == IntPtr.Zero)
            {
                return;
            }

            if (disposing)
            {
                OwningScope?.Remove(this);
            }

            _ = NativeMethods.mt_tensor_free(owned);
        }

        /// <summary>Gives the native handle away: this object is invalid afterwards, the caller frees the handle.</summary>
        public IntPtr DecoupleFromNativeHandle()
        {
            GC.SuppressFinalize(this);
            OwningScope?.Remove(this);
            return Interlocked.Exchange(ref handle, IntPtr.Zero);
        }

        /// <summary>Takes it out of its scope: from now on its owner disposes it.</summary>
        public Tensor DetachFromDisposeScope()
        {
            OwningScope?.Remove(this);
            return this;
        }

        /// <summary>Hands it to the scope around its own, or to nobody when that is the outermost.</summary>
        public Tensor MoveToOuterDisposeScope()
        {
            OwningScope?.MoveToOuter(this);
            return this;
        }

        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveToOtherDisposeScope(other.OwningScope);

        public Tensor MoveToOtherDisposeScope(DisposeScope? other)
        {
            if (OwningScope == null)
            {
                other?.Attach(this);
            }
            else
            {
                OwningScope.MoveToOther(other, this);
            }

            return this;
        }

        public override bool Equals(object? obj) => obj is Tensor other && Equals(other);

        /// <summary>Same shape, type and elements.</summary>
        public bool Equals(Tensor? target) =>
            target is not null && (ReferenceEquals(this, target) || (dtype == target.dtype && Aten.equal.CallBool(this, target)));

        public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);

        private static IntPtr ThrowDisposed() => throw new InvalidOperationException("the tensor was disposed");
    }
}
