using Cluster.Contracts.Findings;
using Cluster.Pki.Findings;

namespace Cluster.Domain.Validation;

/// <summary>Translates severities; the two enums belong to libraries that do not know each other.</summary>
public static class SeverityTranslation
{
    /// <summary>The severity that REST shows for what is found about a certificate.</summary>
    public static FindingSeverity ToFindingSeverity(this PkiSeverity severity) => severity switch
    {
        PkiSeverity.Error => FindingSeverity.Error,
        PkiSeverity.Warning => FindingSeverity.Warning,
        PkiSeverity.Info => FindingSeverity.Info,
        _ => throw new ArgumentOutOfRangeException(nameof(severity), severity, "The severity is unknown."),
    };
}
