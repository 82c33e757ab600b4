namespace Magma.Browser;

/// <summary>How <see cref="BrowserHost"/> starts Chromium.</summary>
/// <param name="AllowNetwork">
/// Whether pages may reach other machines. When false, as by default, every host name and address but this machine's own
/// loopback fails to resolve, so that a saved page cannot fetch, report or leak anything.
/// </param>
/// <param name="ExecutablePath">The browser program; null for the first Chromium or Chrome on the path.</param>
public sealed record BrowserOptions(bool AllowNetwork = false, string? ExecutablePath = null);
