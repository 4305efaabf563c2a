using Cluster.Contracts.Certificates;
using Cluster.Manager.Features.Certificates;
using Cluster.Manager.Features.Commits;
using Cluster.Pki.Requests;
using Cluster.Storage;
using Cluster.Storage.Certificates;

namespace Cluster.Manager.Features.Certificates.SigningRequests;

/// <summary>Stores signing requests.</summary>
internal sealed class RequestRows(CertificateQuotas quotas, TimeProvider clock)
{
    /// <summary>How many open requests a cluster may have.</summary>
    public CertificateQuotas Quotas => quotas;

    /// <summary>Adds an open request in the unit of work.</summary>
    public SigningRequestRecord Add(ClusterDbContext db, Guid clusterId, ItemLevel level, string name, SigningRequestInfo request)
    {
        var now = Instants.Cut(clock.GetUtcNow());
        var row = new SigningRequestRecord
        {
            Id = Guid.CreateVersion7(now),
            ClusterId = clusterId,
            LevelKind = level.Kind,
            LevelId = level.Id,
            Name = name,
            Request = request.Der.ToArray(),
            PublicKeySha256 = request.PublicKey.Sha256,
            State = SigningRequestState.Open,
            CreatedAt = now,
        };
        db.SigningRequests.Add(row);
        return row;
    }
}
