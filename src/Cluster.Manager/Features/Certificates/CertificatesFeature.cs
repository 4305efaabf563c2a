using Cluster.Contracts.Settings;
using Cluster.Manager.Features.Certificates.SigningRequests;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.OpenApi;

namespace Cluster.Manager.Features.Certificates;

/// <summary>Certificates: making, importing, renewing, exporting; their versions and keys.</summary>
internal static class CertificatesFeature
{
    public static IServiceCollection AddCertificates(this IServiceCollection services)
    {
        SigningRequestOperations.Add(services);
        return services
            .AddSingleton<CertificateQuotas>()
            .AddSingleton<KeyMaking>()
            .AddSingleton<KeyVault>()
            .AddSingleton<VersionRows>()
            .AddSingleton<DemoCertificate>()
            .AddSingleton<UploadReading>()
            .AddSingleton<ChainAssembly>()
            .AddSingleton<SignedContent>()
            .AddSingleton<ImportedContent>()
            .AddSingleton<CertificateFinder>()
            .AddSingleton<CertificateVersionWriter>()
            .AddSingleton<WrittenVersionResponse>()
            .AddKeyedSingleton<ItemHook, CertificateHook>(CertificateSettings.Kind)
            .AddSingleton<ListCertificates>()
            .AddSingleton<CreateCertificate>()
            .AddSingleton<ImportCertificate>()
            .AddSingleton<UploadSignedCertificate>()
            .AddSingleton<RestoreVersion>()
            .AddSingleton<ExportCertificate>();
    }

    public static void MapCertificates(this IEndpointRouteBuilder api)
    {
        var certificates = api.MapGroup("/clusters/{c}/certificates")
            .Tagged("certificates", "Certificates with their keys: making, importing, signing, exporting, and every version of them.");
        ListCertificates.Map(certificates);
        CreateCertificate.Map(certificates);
        GetCertificate.Map(certificates);
        CertificateItem.Map(certificates);
        ImportCertificate.Map(certificates);
        UploadSignedCertificate.Map(certificates);
        GetChain.Map(certificates);
        ExportCertificate.Map(certificates);
        GetUsages.Map(certificates);
        ListVersions.Map(certificates);
        GetVersion.Map(certificates);
        RestoreVersion.Map(certificates);
        MarkCompromised.Map(certificates);
        DestroyVersion.Map(certificates);
        SigningRequestOperations.Map(api);
    }
}
