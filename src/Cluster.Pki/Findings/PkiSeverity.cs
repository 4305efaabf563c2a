namespace Cluster.Pki.Findings;

/// <summary>How bad a finding is.</summary>
public enum PkiSeverity
{
    /// <summary>Breaks something; blocks a change that introduces it.</summary>
    Error,

    /// <summary>Should be looked at.</summary>
    Warning,

    /// <summary>Good to know.</summary>
    Info,
}
