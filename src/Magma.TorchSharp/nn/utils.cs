using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Work on the gradients of many parameters.</summary>
        public static partial class utils
        {
            /// <summary>
            /// Scales all gradients so that their joint norm is at most max_norm (factor min(1, max_norm / (norm + 1e-6))).
            /// </summary>
            /// <returns>The joint norm before.</returns>
            public static double clip_grad_norm_(IEnumerable<Parameter> tensors, double max_norm, double norm_type = 2)
            {
                using var unrecorded = no_grad();
                using var scope = NewDisposeScope();
                var gradients = tensors.Select(parameter => parameter.grad!).Where(gradient => gradient is not null).ToArray();
                if (gradients.Length == 0)
                {
                    return 0;
                }

                var device = gradients[0].device;
                var norms = gradients.Select(gradient => Native.Aten.norm_Scalar.Call(gradient, norm_type).to(float32, device));
                var norm = Native.Aten.norm_Scalar.Call(stack(norms), norm_type).item<double>();
                var factor = max_norm / (norm + 1e-6);
                if (factor < 1)
                {
                    foreach (var gradient in gradients)
                    {
                        gradient.mul_(factor);
                    }
                }

                return norm;
            }

            /// <summary>Limits every element of the gradients to ±clip_value.</summary>
            public static void clip_grad_value_(IEnumerable<Parameter> tensors, double clip_value)
            {
                using var unrecorded = no_grad();
                foreach (var parameter in tensors)
                {
                    using var gradient = parameter.grad;
                    gradient?.clamp_(-clip_value, clip_value);
                }
            }
        }
    }
}
