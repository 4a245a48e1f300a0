-- AlterTable
ALTER TABLE "products" ADD COLUMN     "sku" TEXT;
