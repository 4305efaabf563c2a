namespace Cluster.Pki.Findings;

/// <summary>Judging would cost more than a certificate, or a file, is given; it ends one rule and becomes a finding.</summary>
internal sealed class WorkExhaustedException() : Exception("The work that judging may do is used up.");
