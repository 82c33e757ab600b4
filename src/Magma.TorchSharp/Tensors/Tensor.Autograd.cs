using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Whether gradients of it are wanted; only for floating-point leaves.</summary>
        public bool requires_grad
        {
            get => Info.RequiresGrad != 0;
            set
            {
                NativeError.Check(NativeMethods.mt_tensor_set_requires_grad(Handle, value ? 1 : 0));
                GC.KeepAlive(this);
            }
        }

        /// <summary>The gradient gathered by backward: a new object over the same native tensor at every read, or null.</summary>
        public unsafe Tensor? grad
        {
            get
            {
                IntPtr gradient;
                NativeError.Check(NativeMethods.mt_tensor_grad(Handle, &gradient));
                GC.KeepAlive(this);
                return gradient == IntPtr.Zero ? null : new(gradient);
            }

            set
            {
                NativeError.Check(NativeMethods.mt_tensor_set_grad(Handle, value is null ? IntPtr.Zero : value.Handle));
                GC.KeepAlive(this);
                GC.KeepAlive(value);
            }
        }

        internal unsafe bool has_grad
        {
            get
            {
                int has;
                NativeError.Check(NativeMethods.mt_tensor_has_grad(Handle, &has));
                GC.KeepAlive(this);
                return has != 0;
            }
        }

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);

        /// <summary>Keeps the gradient of a tensor that is not a leaf.</summary>
        public void retain_grad()
        {
            NativeError.Check(NativeMethods.mt_tensor_retain_grad(Handle));
            GC.KeepAlive(this);
        }

        /// <summary>Adds the gradients of this one-element tensor to the leaves that it was computed from.</summary>
        public unsafe void backward()
        {
            var handle = Handle;
            NativeError.Check(NativeMethods.mt_backward(&handle, 1, null, 0, -1, 0, null, 0));
            GC.KeepAlive(this);
        }

        public void backward(
            IList<Tensor>? grad_tensors = null,
            bool retain_graph = false,
            bool create_graph = false,
            IList<Tensor>? inputs = null) => autograd.backward([this], grad_tensors, retain_graph, create_graph, inputs);
    }
}
