using TorchSharp.Native;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

public partial class AdamW
{
    /// <summary>The running means of one parameter's gradient and of its square. Owns them.</summary>
    public class State(Parameter parameter) : OptimizerState(parameter), IDisposable
    {
        public long step;
        public Tensor exp_avg = null!;
        public Tensor exp_avg_sq = null!;
        public Tensor? max_exp_avg_sq;

        public override void Initialize(OptimizerOptions options)
        {
            step = 0;
            exp_avg = zeros_like(parameter).DetachFromDisposeScope();
            exp_avg_sq = zeros_like(parameter).DetachFromDisposeScope();
            max_exp_avg_sq = ((Options)options).amsgrad == true ? zeros_like(parameter).DetachFromDisposeScope() : null;
        }

        public override void LoadStateDict(OptimizerState source)
        {
            var other = (State)source;
            step = other.step;
            exp_avg.copy_(other.exp_avg);
            exp_avg_sq.copy_(other.exp_avg_sq);
            if (max_exp_avg_sq is not null && other.max_exp_avg_sq is not null)
            {
                max_exp_avg_sq.copy_(other.max_exp_avg_sq);
            }
        }

        public override void to(Device device)
        {
            exp_avg.Become(exp_avg.dtype, device, false);
            exp_avg_sq.Become(exp_avg_sq.dtype, device, false);
            max_exp_avg_sq?.Become(max_exp_avg_sq.dtype, device, false);
        }

        public override bool ApproximatelyEquals(OptimizerState other) =>
            other is State state && step == state.step && exp_avg.allclose(state.exp_avg) && exp_avg_sq.allclose(state.exp_avg_sq);

        public void Dispose()
        {
            exp_avg.Dispose();
            exp_avg_sq.Dispose();
            max_exp_avg_sq?.Dispose();
        }

        internal unsafe void Update(Options options)
        {
            if (!parameter.has_grad)
            {
                return;
            }

            step++;
            var settings = new NativeStep
            {
                LearningRate = options.LearningRate!.Value,
                Beta1 = options.beta1!.Value,
                Beta2 = options.beta2!.Value,
                Eps = options.eps!.Value,
                WeightDecay = options.weight_decay!.Value,
                Correction1 = 1 - Math.Pow(options.beta1.Value, step),
                Correction2 = 1 - Math.Pow(options.beta2.Value, step),
                Maximize = options.maximize == true ? 1 : 0,
            };
            NativeError.Check(NativeMethods.mt_adamw(
                parameter.Handle, exp_avg.Handle, exp_avg_sq.Handle, max_exp_avg_sq?.Handle ?? IntPtr.Zero, &settings));
            GC.KeepAlive(this);
        }
    }
}
