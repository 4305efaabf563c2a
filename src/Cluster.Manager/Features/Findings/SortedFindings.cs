using Cluster.Contracts.Findings;
using Cluster.Manager.Hosting.Requests;

namespace Cluster.Manager.Features.Findings;

/// <summary>The order in which findings are listed: errors first.</summary>
internal static class SortedFindings
{
    /// <summary>Sorts them.</summary>
    public static SortedRows<Finding> Of(IEnumerable<Finding> findings) => new(findings, KeyOf);

    private static string KeyOf(Finding finding) =>
        $"{(int)finding.Severity}\n{finding.Level}\n{finding.Kind}\n{finding.Name}\n{finding.Code}\n{finding.Id}";
}
