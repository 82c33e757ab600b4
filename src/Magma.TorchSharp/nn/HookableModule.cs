namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>A module with functions to run before and after its forward; a hook that returns null changes nothing.</summary>
        public class HookableModule<TPreHook, TPostHook> : Module
        {
            private readonly OrderedDictionary<string, TPreHook> preHooks = [];
            private readonly OrderedDictionary<string, TPostHook> postHooks = [];
            private int keys;

            protected HookableModule(string name)
                : base(name)
            {
            }

            private protected bool HasHooks => preHooks.Count + postHooks.Count > 0;

            private protected IEnumerable<TPreHook> PreHooks => preHooks.Values.ToArray();

            private protected IEnumerable<TPostHook> PostHooks => postHooks.Values.ToArray();

            public HookRemover register_forward_pre_hook(TPreHook hook)
            {
                var key = $"{keys++}";
                preHooks.Add(key, hook);
                return new(this, key);
            }

            public HookRemover register_forward_hook(TPostHook hook)
            {
                var key = $"{keys++}";
                postHooks.Add(key, hook);
                return new(this, key);
            }

            /// <summary>Takes a hook off again.</summary>
            public class HookRemover(HookableModule<TPreHook, TPostHook> module, string key)
            {
                public void remove()
                {
                    module.preHooks.Remove(key);
                    module.postHooks.Remove(key);
                }
            }
        }
    }
}
