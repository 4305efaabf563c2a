namespace Cluster.Pki.Renewals;

/// <summary>One difference between a certificate and the one that it replaces.</summary>
/// <param name="Kind">In what they differ.</param>
/// <param name="Before">What the old one says; null = nothing.</param>
/// <param name="After">What the new one says; null = nothing.</param>
/// <param name="Message">The difference, and who notices it.</param>
public sealed record CertificateDifference(DifferenceKind Kind, string? Before, string? After, string Message);
