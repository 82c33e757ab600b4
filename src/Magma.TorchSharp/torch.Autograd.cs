using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Gradients of chosen tensors.</summary>
    public static partial class autograd
    {
        /// <summary>
        /// Adds the gradients of the tensors to the leaves they were computed from, or to inputs when given. grad_tensors (one per tensor,
        /// null for one-element tensors) weigh them. The graph is freed unless retain_graph (by default: create_graph) says otherwise.
        /// </summary>
        public static unsafe void backward(
            IList<Tensor> tensors,
            IList<Tensor>? grad_tensors = null,
            bool? retain_graph = null,
            bool create_graph = false,
            IList<Tensor>? inputs = null)
        {
            var list = Handles(tensors);
            var gradients = Handles(grad_tensors);
            var leaves = Handles(inputs);
            fixed (IntPtr* t = list, g = gradients, i = leaves)
            {
                NativeError.Check(NativeMethods.mt_backward(
                    t, list.Length, g, gradients.Length, Flag(retain_graph), create_graph ? 1 : 0, i, leaves.Length));
            }

            GC.KeepAlive(tensors);
            GC.KeepAlive(grad_tensors);
            GC.KeepAlive(inputs);
        }

        public static void backward(
            Tensor tensor,
            IList<Tensor>? grad_tensors = null,
            bool? retain_graph = null,
            bool create_graph = false,
            IList<Tensor>? inputs = null) => backward([tensor], grad_tensors, retain_graph, create_graph, inputs);

        public static void backward(
            Tensor tensor,
            Tensor grad_tensor,
            bool? retain_graph = null,
            bool create_graph = false,
            IList<Tensor>? inputs = null) => backward([tensor], [grad_tensor], retain_graph, create_graph, inputs);

        /// <summary>The gradients of the outputs for the inputs, in their order; null where allow_unused and there is none.</summary>
        public static unsafe IList<Tensor> grad(
            IList<Tensor> outputs,
            IList<Tensor> inputs,
            IList<Tensor>? grad_outputs = null,
            bool retain_graph = false,
            bool create_graph = false,
            bool allow_unused = false)
        {
            var results = new IntPtr[inputs.Count];
            var list = Handles(outputs);
            var leaves = Handles(inputs);
            var gradients = Handles(grad_outputs);
            fixed (IntPtr* o = list, i = leaves, g = gradients, r = results)
            {
                NativeError.Check(NativeMethods.mt_autograd_grad(
                    o,
                    list.Length,
                    i,
                    leaves.Length,
                    g,
                    gradients.Length,
                    retain_graph || create_graph ? 1 : 0,
                    create_graph ? 1 : 0,
                    allow_unused ? 1 : 0,
                    r));
            }

            GC.KeepAlive(outputs);
            GC.KeepAlive(inputs);
            GC.KeepAlive(grad_outputs);
            return Array.ConvertAll(results, result => result == IntPtr.Zero ? null! : new Tensor(result));
        }

        private static int Flag(bool? value) => value is null ? -1 : value.Value ? 1 : 0;

        private static IntPtr[] Handles(IList<Tensor>? tensors) =>
            tensors is null ? [] : [.. tensors.Select(tensor => tensor is null ? IntPtr.Zero : tensor.Handle)];
    }
}
