using Cluster.Contracts.Certificates;
using Cluster.Contracts.Settings;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Units;

namespace Cluster.Manager.Features.Certificates;

/// <summary>
/// PUT, PATCH, copy and move of a certificate are those of every setting (with <see cref="CertificateHook"/>); here they are described.
/// </summary>
internal static class CertificateItem
{
    private const string PutDescription =
        "404 create-or-import-first when the level does not define it; {\"hidden\": true} hides it. "
        + "What GET answered can be sent back: members that are computed are taken when they are unchanged.";

    public static void Map(IEndpointRouteBuilder certificates)
    {
        SettingsKinds.Certificates.Body(certificates
            .MapPut(
                "/{name}",
                (HttpContext context, UnitRunner units, SettingWrite write) =>
                    PutItem.HandleAsync(context, units, write, SettingsKinds.Certificates))
            .Operation("putCertificate", "Replaces version, labels and muted findings, or hides the name at this level.", PutDescription)
            .Returns<CertificateShape>(StatusCodes.Status201Created)
            .Written());
        SettingsKinds.Certificates.Patch(certificates
            .MapPatch(
                "/{name}",
                (HttpContext context, UnitRunner units, SettingWrite write) =>
                    PatchItem.HandleAsync(context, units, write, SettingsKinds.Certificates))
            .Operation("patchCertificate", "Changes version, labels or muted findings.", "A member that is null is removed.")
            .Written());
        MapRelocation(certificates, "copy", "Copies the current version to another level.", move: false);
        MapRelocation(certificates, "move", "Moves the certificate with all versions and open requests to another level.", move: true);
    }

    private static void MapRelocation(IEndpointRouteBuilder certificates, string verb, string summary, bool move) => certificates
        .MapPost(
            $"/{{name}}/{verb}",
            (HttpContext context, UnitRunner units, SettingWrite write) =>
                RelocateItem.HandleAsync(context, units, write, SettingsKinds.Certificates, move))
        .Operation(
            $"{verb}Certificate", summary, "409 exists-at-level when the other level has the name already and replace is not set.")
        .Body<RelocationRequest>(RelocateItem.Example)
        .Returns<CertificateShape>(StatusCodes.Status201Created)
        .Written();

    private static RouteHandlerBuilder Written(this RouteHandlerBuilder endpoint) => endpoint
        .RequireAuthorization(Policies.Operator)
        .Returns<CertificateShape>(StatusCodes.Status200OK, CertificateResponse.Example)
        .LevelAndAcknowledge()
        .Stageable();
}
