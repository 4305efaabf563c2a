using Cluster.Manager.Features.Certificates.SigningRequests;

namespace Cluster.Manager.Features.Certificates;

/// <summary>Certificates: making, importing, renewing, exporting; their versions and keys.</summary>
internal static class CertificatesFeature
{
    /// <summary>Adds what the operations need.</summary>
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
            .AddSingleton<CertificateReads>()
            .AddSingleton<CertificateVersionWriter>()
            .AddSingleton<CertificateItemWrites>()
            .AddSingleton<ListCertificates>()
            .AddSingleton<CreateCertificate>()
            .AddSingleton<ImportCertificate>()
            .AddSingleton<UploadSignedCertificate>()
            .AddSingleton<ExportCertificate>()
            .AddSingleton<RelocateCertificate>();
    }

    /// <summary>Maps the operations.</summary>
    public static void MapCertificates(this IEndpointRouteBuilder api)
    {
        var certificates = api.MapGroup("/clusters/{c}/certificates").WithTags("certificates");
        ListCertificates.Map(certificates);
        CreateCertificate.Map(certificates);
        GetCertificate.Map(certificates);
        PutCertificate.Map(certificates);
        PatchCertificate.Map(certificates);
        ImportCertificate.Map(certificates);
        UploadSignedCertificate.Map(certificates);
        GetChain.Map(certificates);
        ExportCertificate.Map(certificates);
        RelocateCertificate.Map(certificates);
        GetUsages.Map(certificates);
        ListVersions.Map(certificates);
        GetVersion.Map(certificates);
        RestoreVersion.Map(certificates);
        MarkCompromised.Map(certificates);
        DestroyVersion.Map(certificates);
        SigningRequestOperations.Map(api);
    }
}
