using Cluster.Contracts.Certificates;
using Cluster.Domain.ChangeSets;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Certificates;

/// <summary>Points the item back to one of its versions.</summary>
internal static class RestoreVersion
{
    public static void Map(IEndpointRouteBuilder certificates) => certificates
        .MapPost("/{name}/versions/{n:int}/restore", HandleAsync)
        .RequireAuthorization(Policies.Operator)
        .Operation("restoreCertificateVersion", "Points the certificate to one of its versions; creates the item if it was deleted.")
        .Returns<CertificateShape>(StatusCodes.Status200OK, CertificateResponse.Example)
        .Returns<CertificateShape>(StatusCodes.Status201Created)
        .LevelAndAcknowledge()
        .Stageable();

    private static Task<IResult> HandleAsync(HttpContext context, CertificateItemWrites writes, int n) => writes.RunAsync(context, "restore", async (target, ct) =>
    {
        var row = await VersionRows.Of(target.Db, target.Write.ClusterId, target.Level, target.Name).AsNoTracking().SingleOrDefaultAsync(v => v.Number == n, ct);
        if (row is null) return CommonFailures.NotFound("version", $"{n}");
        if (row.DestroyedAt is not null) return CertificateFailures.Destroyed(n);
        if (await VersionRows.IsCompromisedAsync(target.Db, target.Write.ClusterId, row.PublicKeySha256, ct)) return CertificateFailures.Compromised;
        return Outcome.Of<IReadOnlyList<StagedEdit>>([CertificateVersionWriter.Point(target, n)]);
    });
}
