namespace Cluster.Pki.Requests;

/// <summary>One part of the asked names that does not fit.</summary>
/// <param name="Field">Path of the part, for example <c>dnsNames/0</c> or <c>subject/country</c>.</param>
/// <param name="Code">Stable code, for example <c>invalid-dns-name</c>.</param>
/// <param name="Detail">What is wrong and what to do.</param>
public sealed record NameProblem(string Field, string Code, string Detail);
