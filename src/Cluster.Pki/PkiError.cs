namespace Cluster.Pki;

/// <summary>An expected failure: what was found, what is wrong, and what to do.</summary>
/// <param name="Code">Stable code, for example <c>wrong-password</c>.</param>
/// <param name="Message">What was found and what is wrong with it; never holds key material.</param>
/// <param name="Hint">What to do.</param>
public sealed record PkiError(string Code, string Message, string Hint);
