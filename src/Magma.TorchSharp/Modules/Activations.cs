using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static ReLU ReLU(bool inplace = false) => new(inplace);

            public static GELU GELU() => new(Modules.GELU.Approximate.none, false);

            public static GELU GELU(bool inplace) => new(Modules.GELU.Approximate.none, inplace);

            public static GELU GELU(GELU.Approximate approximate, bool inplace = false) => new(approximate, inplace);

            public static SiLU SiLU() => new(false);

            public static SiLU SiLU(bool inplace) => new(inplace);

            public static Sigmoid Sigmoid() => new(false);

            public static Sigmoid Sigmoid(bool inplace) => new(inplace);

            public static Tanh Tanh() => new(false);

            public static LeakyReLU LeakyReLU(double negative_slope = 0.01, bool inplace = false) => new(negative_slope, inplace);

            public static Softmax Softmax(long dim) => new(dim);

            public static LogSoftmax LogSoftmax(long dim) => new(dim);

            public static Softplus Softplus(double beta = 1, double threshold = 20) => new(beta, threshold);

            public static Identity Identity() => new();
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>max(x, 0).</summary>
    public class ReLU : ParameterLessModule<Tensor, Tensor>
    {
        internal ReLU(bool inplace)
            : base(nameof(ReLU)) => this.inplace = inplace;

        public bool inplace { get; set; }

        public override Tensor forward(Tensor tensor) => nn.functional.relu(tensor, inplace);
    }

    /// <summary>x · Φ(x), exactly or by the tanh formula.</summary>
    public class GELU : ParameterLessModule<Tensor, Tensor>
    {
        internal GELU(Approximate approximate, bool inplace)
            : base(nameof(GELU)) => (this.approximate, this.inplace) = (approximate, inplace);

        /// <summary>The formula.</summary>
        public enum Approximate
        {
            none = 0,
            tanh = 1,
        }

        public Approximate approximate { get; set; }

        public bool inplace { get; set; }

        public override Tensor forward(Tensor tensor) => nn.functional.gelu(tensor, approximate, inplace);
    }

    /// <summary>x · sigmoid(x).</summary>
    public class SiLU : ParameterLessModule<Tensor, Tensor>
    {
        internal SiLU(bool inplace)
            : base(nameof(SiLU)) => this.inplace = inplace;

        public bool inplace { get; set; }

        public override Tensor forward(Tensor tensor) => nn.functional.silu(tensor, inplace);
    }

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    public class Sigmoid : ParameterLessModule<Tensor, Tensor>
    {
        internal Sigmoid(bool inplace)
            : base(nameof(Sigmoid)) => this.inplace = inplace;

        public bool inplace { get; set; }

        public override Tensor forward(Tensor tensor) => nn.functional.sigmoid(tensor, inplace);
    }

    /// <summary>The hyperbolic tangent.</summary>
    public class Tanh : ParameterLessModule<Tensor, Tensor>
    {
        internal Tanh(bool inplace)
            : base(nameof(Tanh)) => this.inplace = inplace;

        public bool inplace { get; set; }

        public override Tensor forward(Tensor tensor) => nn.functional.tanh(tensor, inplace);
    }

    /// <summary>x, below zero times a slope.</summary>
    public class LeakyReLU : ParameterLessModule<Tensor, Tensor>
    {
        internal LeakyReLU(double slope, bool inplace)
            : base(nameof(LeakyReLU)) => (negative_slope, this.inplace) = (slope, inplace);

        public double negative_slope { get; set; }

        public bool inplace { get; set; }

        public override Tensor forward(Tensor tensor) => nn.functional.leaky_relu(tensor, negative_slope, inplace);
    }

    /// <summary>Softmax over a dimension.</summary>
    public class Softmax : ParameterLessModule<Tensor, Tensor>
    {
        internal Softmax(long dim)
            : base(nameof(Softmax)) => this.dim = dim;

        public long dim { get; set; }

        public override Tensor forward(Tensor tensor) => tensor.softmax(dim);
    }

    /// <summary>The logarithm of softmax over a dimension.</summary>
    public class LogSoftmax : ParameterLessModule<Tensor, Tensor>
    {
        internal LogSoftmax(long dim)
            : base(nameof(LogSoftmax)) => this.dim = dim;

        public long dim { get; set; }

        public override Tensor forward(Tensor tensor) => tensor.log_softmax(dim);
    }

    /// <summary>log(1 + e^(βx)) / β, linear above the threshold.</summary>
    public class Softplus : ParameterLessModule<Tensor, Tensor>
    {
        internal Softplus(double beta, double threshold)
            : base(nameof(Softplus)) => (this.beta, this.threshold) = (beta, threshold);

        public double beta { get; set; }

        public double threshold { get; set; }

        public override Tensor forward(Tensor tensor) => tensor.softplus(beta, threshold);
    }

    /// <summary>Its input, as another handle to the same tensor.</summary>
    public class Identity : ParameterLessModule<Tensor, Tensor>
    {
        internal Identity()
            : base(nameof(Identity))
        {
        }

        public override Tensor forward(Tensor tensor) => tensor.alias();
    }
}
