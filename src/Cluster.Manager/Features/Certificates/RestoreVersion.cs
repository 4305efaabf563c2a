using Cluster.Contracts.Certificates;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Certificates;

/// <summary>Points the item back to one of its versions.</summary>
internal sealed class RestoreVersion(UnitRunner units, SettingWrite write, WrittenVersionResponse response)
{
    public static void Map(IEndpointRouteBuilder certificates) => certificates
        .MapPost(
            "/{name}/versions/{n:int}/restore", (HttpContext context, RestoreVersion restore, int n) => restore.HandleAsync(context, n))
        .RequireAuthorization(Policies.Operator)
        .Operation(
            "restoreCertificateVersion",
            "Points the certificate to one of its versions; creates the item if it was deleted.",
            "Refused for versions that are compromised or destroyed. Commits at once; with Change-Set it is staged.")
        .Returns<CertificateShape>(StatusCodes.Status200OK, CertificateResponse.Example)
        .Returns<CertificateShape>(StatusCodes.Status201Created)
        .LevelAndAcknowledge()
        .Stageable();

    private async Task<IResult> HandleAsync(HttpContext context, int n)
    {
        var written = await units.WriteAsync(context, async (db, request, ct) =>
        {
            var target = await write.OpenAsync(db, request, SettingsKinds.Certificates, SettingsKinds.Certificates.NameOf(context), ct);
            var row = await VersionRows.Of(db, target.ClusterId, target.Level, target.Name).AsNoTracking().SingleOrDefaultAsync(
                v => v.Number == n, ct)
                ?? throw new RefusedException(CommonFailures.NotFound("version", $"{n}"));
            if (row.DestroyedAt is not null) throw new RefusedException(CertificateFailures.Destroyed(n));
            if (await VersionRows.IsCompromisedAsync(db, target.ClusterId, row.PublicKeySha256, ct))
                throw new RefusedException(CertificateFailures.Compromised);
            var version = new StoredVersion(new PreparedVersion(CertificateResponse.ContentOf(row), null, null), row, IsNew: false);
            var item = await write.StoreAsync(target, "restore", [CertificateVersionWriter.PointTo(target, n)], ct);
            return await CertificateVersionWriter.ReadBackAsync(target, version, item, ct);
        });
        return response.Answer(context, written);
    }
}
