namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>First values of weights. Each fills its tensor in place, unrecorded, and returns it.</summary>
        public static partial class init
        {
            /// <summary>Which number of connections keeps its variance.</summary>
            public enum FanInOut
            {
                FanIn = 0,
                FanOut = 1,
            }

            /// <summary>What follows the weights.</summary>
            public enum NonlinearityType
            {
                Linear = 0,
                Conv1D = 1,
                Conv2D = 2,
                Conv3D = 3,
                ConvTranspose1D = 4,
                ConvTranspose2D = 5,
                ConvTranspose3D = 6,
                Sigmoid = 7,
                Tanh = 8,
                ReLU = 9,
                LeakyReLU = 10,
            }

            public static double calculate_gain(NonlinearityType nonlinearity, double param = 0) => nonlinearity switch
            {
                NonlinearityType.Tanh => 5.0 / 3,
                NonlinearityType.ReLU => Math.Sqrt(2),
                NonlinearityType.LeakyReLU => Math.Sqrt(2 / (1 + (param * param))),
                _ => 1,
            };

            public static Tensor uniform_(Tensor tensor, double low = 0, double high = 1, Generator? generator = null) =>
                Unrecorded(() => tensor.uniform_(low, high, generator));

            public static Tensor normal_(Tensor tensor, double mean = 0, double std = 1, Generator? generator = null) =>
                Unrecorded(() => tensor.normal_(mean, std, generator));

            /// <summary>Normal numbers between a and b, by inverting the distribution function.</summary>
            public static Tensor trunc_normal_(
                Tensor tensor,
                double mean = 0,
                double std = 1,
                double a = -2,
                double b = 2,
                Generator? generator = null) =>
                Unrecorded(() =>
                {
                    var low = Distribution((a - mean) / std);
                    var high = Distribution((b - mean) / std);
                    tensor.uniform_((2 * low) - 1, (2 * high) - 1, generator);
                    return tensor.erfinv_().mul_(std * Math.Sqrt(2)).add_(mean).clamp_(a, b);
                });

            public static Tensor constant_(Tensor tensor, Scalar val) => Unrecorded(() => tensor.fill_(val));

            public static Tensor ones_(Tensor tensor) => constant_(tensor, 1);

            public static Tensor zeros_(Tensor tensor) => constant_(tensor, 0);

            public static Tensor xavier_uniform_(Tensor tensor, double gain = 1)
            {
                var (fanIn, fanOut) = CalculateFanInAndFanOut(tensor);
                var bound = gain * Math.Sqrt(6.0 / (fanIn + fanOut));
                return uniform_(tensor, -bound, bound);
            }

            public static Tensor xavier_normal_(Tensor tensor, double gain = 1)
            {
                var (fanIn, fanOut) = CalculateFanInAndFanOut(tensor);
                return normal_(tensor, 0, gain * Math.Sqrt(2.0 / (fanIn + fanOut)));
            }

            public static Tensor kaiming_uniform_(
                Tensor tensor,
                double a = 0,
                FanInOut mode = FanInOut.FanIn,
                NonlinearityType nonlinearity = NonlinearityType.LeakyReLU)
            {
                var bound = Math.Sqrt(3) * Deviation(tensor, a, mode, nonlinearity);
                return uniform_(tensor, -bound, bound);
            }

            public static Tensor kaiming_normal_(
                Tensor tensor,
                double a = 0,
                FanInOut mode = FanInOut.FanIn,
                NonlinearityType nonlinearity = NonlinearityType.LeakyReLU) =>
                normal_(tensor, 0, Deviation(tensor, a, mode, nonlinearity));

            /// <summary>Connections into and out of one unit of a weight (out, in, kernel…).</summary>
            /// <exception cref="ArgumentException">The tensor has fewer than two dimensions.</exception>
            public static (long fanIn, long fanOut) CalculateFanInAndFanOut(Tensor tensor)
            {
                var shape = tensor.shape;
                if (shape.Length < 2)
                {
                    throw new ArgumentException($"fans need at least 2 dimensions, got [{string.Join(", ", shape)}]");
                }

                var field = shape.Skip(2).TotalSize();
                return (shape[1] * field, shape[0] * field);
            }

            private static double Deviation(Tensor tensor, double slope, FanInOut mode, NonlinearityType nonlinearity)
            {
                var (fanIn, fanOut) = CalculateFanInAndFanOut(tensor);
                return calculate_gain(nonlinearity, slope) / Math.Sqrt(Math.Max(mode == FanInOut.FanIn ? fanIn : fanOut, 1));
            }

            private static double Distribution(double x)
            {
                using var value = tensor(x / Math.Sqrt(2)).erf_();
                return (1 + value.item<double>()) / 2;
            }

            private static Tensor Unrecorded(Func<Tensor> fill)
            {
                using var unrecorded = no_grad();
                return fill();
            }
        }
    }
}
