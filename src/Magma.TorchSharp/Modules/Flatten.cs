using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Flatten Flatten(long start_dim = 1, long end_dim = -1) => new(start_dim, end_dim);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>
    /// Joins the dimensions from one to another, both included: (n, c, h, w) → (n, c · h · w) with the defaults. A view where the memory
    /// allows it.
    /// </summary>
    public class Flatten : ParameterLessModule<Tensor, Tensor>
    {
        internal Flatten(long start, long end)
            : base(nameof(Flatten)) => (start_dim, end_dim) = (start, end);

        public long start_dim { get; set; }

        public long end_dim { get; set; }

        public override Tensor forward(Tensor input) => input.flatten(start_dim, end_dim);
    }
}
