using Cluster.Domain.Validation;

namespace Cluster.Manager.Features.Commits;

/// <summary>Gives what is known of MX records: previews take it as it is and never look anything up.</summary>
internal interface IMxRecordSource
{
    /// <summary>What was last seen for the domains of a cluster.</summary>
    MxRecords For(Guid clusterId);
}
