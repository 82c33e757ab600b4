using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        /// <summary>Something whose learning rate a schedule can change.</summary>
        public interface ILearningRateController
        {
            double LearningRate { get; set; }

            double InitialLearningRate { get; set; }
        }

        /// <summary>Something with Adam's two decay rates.</summary>
        public interface IBetas
        {
            (double, double) Betas { get; set; }
        }

        /// <summary>Changes parameters by their gradients. Owns its state, not the parameters.</summary>
        public abstract partial class Optimizer : IDisposable
        {
            private protected readonly List<ParamGroup> groups = [];

            private protected Optimizer()
            {
            }

            /// <summary>Parameters with settings of their own; a schedule sets their learning rates.</summary>
            public IEnumerable<ILearningRateController> ParamGroups => groups;

            /// <summary>
            /// One update of every parameter that has a gradient. A closure is run first, recorded, and its result returned.
            /// </summary>
            public virtual Tensor? step(Func<Tensor>? closure = null) => null;

            /// <summary>Forgets all gradients.</summary>
            public virtual void zero_grad()
            {
                foreach (var parameter in parameters())
                {
                    parameter.grad = null;
                }
            }

            public virtual IEnumerable<Parameter> parameters() => [];

            public virtual void add_param_group(ParamGroup param_group) => throw new NotSupportedException();

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
            }

            /// <summary>Settings and state of all parameters in their order: the optimizer's own objects, not copies.</summary>
            public class StateDictionary
            {
                internal StateDictionary(List<OptimizerOptions> options, List<OptimizerState> state, List<List<int>> references)
                {
                    (Options, State, StateIndexRef) = (options, state, references);
                }

                /// <summary>One per parameter group.</summary>
                public List<OptimizerOptions> Options { get; }

                /// <summary>One per parameter.</summary>
                public List<OptimizerState> State { get; }

                /// <summary>Per group, which entries of State are its parameters'.</summary>
                public List<List<int>> StateIndexRef { get; }
            }
        }
    }
}
