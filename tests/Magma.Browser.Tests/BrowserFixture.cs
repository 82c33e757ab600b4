namespace Magma.Browser.Tests;

/// <summary>One browser for all tests of a collection: starting it takes longer than most tests.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    public BrowserHost Host { get; private set; } = null!;

    public async Task InitializeAsync() => Host = await BrowserHost.OpenAsync();

    public async Task DisposeAsync() => await Host.DisposeAsync();
}

[CollectionDefinition(Name)]
public sealed class BrowserCollection : ICollectionFixture<BrowserFixture>
{
    public const string Name = "browser";
}
